import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { passedEnvironment } from '../agent/index.ts';
import type { Environment } from './configuration.ts';

/** What a program needs beside the usual to open the person's browser on their desktop. */
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
 * account's. It opens the browser by itself.
 */
export function delegatedEnvironment(environment: Environment): Record<string, string> {
  const passed = passedEnvironment(environment, process.platform);
  for (const name of desktop) {
    const value = environment[name];
    if (value !== undefined) passed[name] = value;
  }
  return { ...passed, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
}

/** The built window: beside the bundle where Postern is installed, in its package in a checkout. */
export function findUi(directory: string): string | null {
  const places = [join(directory, 'ui'), resolve(directory, '../../ui/dist')];
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? null;
}

/** The official SDK's folder of profiles. Source: @anthropic-ai/sdk 1.12.0, `core/credentials`. */
export function consoleConfigDir(environment: Environment): string {
  const given = environment['ANTHROPIC_CONFIG_DIR'];
  if (given !== undefined && given !== '') return given;
  const appData = environment['APPDATA'];
  if (process.platform === 'win32' && appData !== undefined) return join(appData, 'Anthropic');
  return join(homedir(), '.config', 'anthropic');
}
