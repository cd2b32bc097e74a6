import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { consoleConfigDir, delegatedEnvironment } from './places.ts';

describe('the official SDK’s folder of profiles', () => {
  it.each<[NodeJS.Platform, Readonly<Record<string, string>>, string | null]>([
    ['linux', { ANTHROPIC_CONFIG_DIR: '/given', XDG_CONFIG_HOME: '/xdg', HOME: '/home/me' }, '/given'],
    ['linux', { ANTHROPIC_CONFIG_DIR: ' ', XDG_CONFIG_HOME: '/xdg', HOME: '/home/me' }, '/xdg/anthropic'],
    ['darwin', { HOME: '/home/me' }, '/home/me/.config/anthropic'],
    ['linux', {}, null],
    ['win32', { APPDATA: 'roaming', USERPROFILE: 'me', HOME: '/home/me' }, join('roaming', 'Anthropic')],
    ['win32', { USERPROFILE: 'me' }, join('me', 'AppData', 'Roaming', 'Anthropic')],
  ])('is where the SDK looks for it: %s %j', (platform, environment, folder) => {
    expect(consoleConfigDir(environment, platform)).toBe(folder);
  });
});

describe('the environment of the program’s own sign-in', () => {
  it('can open the person’s browser, and holds no credential and no settings folder', () => {
    const environment = delegatedEnvironment({
      PATH: '/bin',
      HOME: '/home/me',
      DISPLAY: ':0',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus',
      CLAUDE_CONFIG_DIR: '/canary',
      ANTHROPIC_API_KEY: 'canary',
      CLAUDE_CODE_OAUTH_TOKEN: 'canary',
      NODE_OPTIONS: '--require canary',
    });

    expect(environment).toMatchObject({ PATH: '/bin', HOME: '/home/me', DISPLAY: ':0' });
    expect(environment['DBUS_SESSION_BUS_ADDRESS']).toBe('unix:path=/run/bus');
    expect(JSON.stringify(environment)).not.toContain('canary');
  });
});
