import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { passedEnvironment } from '../agent/index.ts';
import type { Environment } from './configuration.ts';

/** What the unmodified program is started with for its own sign-in: the person's own settings folder, and no credential. */
export function delegatedEnvironment(environment: Environment): Record<string, string> {
  const configDir = environment['CLAUDE_CONFIG_DIR'];
  return {
    ...passedEnvironment(environment, process.platform),
    ...(configDir === undefined || configDir === '' ? {} : { CLAUDE_CONFIG_DIR: configDir }),
  };
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
