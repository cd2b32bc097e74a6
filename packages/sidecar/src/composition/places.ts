import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { passedEnvironment } from '../agent/index.ts';
import type { Environment } from './configuration.ts';

/** What a program needs beside the usual to open the user's browser on their desktop. */
const desktop = [
  ...[
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'XDG_SESSION_TYPE',
    'XDG_CURRENT_DESKTOP',
  ],
  ...['DBUS_SESSION_BUS_ADDRESS', 'BROWSER'],
] as const;

/**
 * What the unmodified program is started with for its own sign-in: no credential, and no settings folder, which is each
 * account's. It opens the browser itself.
 */
export function delegatedEnvironment(environment: Environment): Record<string, string> {
  const passed = passedEnvironment(environment, process.platform);
  for (const name of desktop) {
    const value = environment[name];
    if (value !== undefined) passed[name] = value;
  }
  return { ...passed, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
}

/** The user's own folder, where a picker of folders begins. */
export function homeFolder(environment: Environment): string {
  return environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
}

/** The built window: beside the bundle where Postern is installed, in its package in a checkout. */
export function findUi(directory: string): string | null {
  const places = [join(directory, 'ui'), resolve(directory, '../../ui/dist')];
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? null;
}

/**
 * The official SDK's folder of profiles; null where it would look nowhere.
 * Source: @anthropic-ai/sdk 1.12.0, `core/credentials`.
 */
export function consoleConfigDir(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const given = (name: string): string | null => environment[name]?.trim() || null;
  const under = (name: string, ...rest: readonly string[]): string | null => {
    const folder = given(name);
    return folder === null ? null : join(folder, ...rest);
  };
  const system =
    platform === 'win32'
      ? (under('APPDATA', 'Anthropic') ?? under('USERPROFILE', 'AppData', 'Roaming', 'Anthropic'))
      : (under('XDG_CONFIG_HOME', 'anthropic') ?? under('HOME', '.config', 'anthropic'));
  return given('ANTHROPIC_CONFIG_DIR') ?? system;
}
