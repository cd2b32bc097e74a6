import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listConsoleProfiles } from './console-profiles.ts';

let configDir: string;
beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'postern-profiles-'));
  for (const folder of ['configs', 'credentials']) mkdirSync(join(configDir, folder), { mode: 0o700 });
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));

const credentialsPath = (name: string): string => join(configDir, 'credentials', `${name}.json`);
function write(name: string, credentials: unknown, config: unknown = userOauth()): void {
  writeFileSync(join(configDir, 'configs', `${name}.json`), JSON.stringify(config));
  if (credentials !== undefined)
    writeFileSync(credentialsPath(name), JSON.stringify(credentials), { mode: 0o600 });
}
function userOauth(more: Readonly<Record<string, unknown>> = {}) {
  return { authentication: { type: 'user_oauth', client_id: 'client', ...more } };
}
const good = {
  type: 'oauth_token',
  access_token: 'sk-ant-canary',
  refresh_token: 'sk-ant-canary-refresh',
  expires_at: 1_800_000_000,
  account_email: 'ada@example.org',
  organization_name: 'Analytical',
};

describe('the profiles of the official SDK', () => {
  it('are listed by name, and nothing of their tokens leaves the parser', async () => {
    write('work', good);
    write('home', good);
    const profiles = await listConsoleProfiles(configDir);
    expect(profiles.map(({ name }) => name)).toEqual(['home', 'work']);
    expect(profiles[0]).toEqual({
      name: 'home',
      organization: 'Analytical',
      email: 'ada@example.org',
      expiresAtMs: 1_800_000_000_000,
      refreshable: true,
      credentialsPath: credentialsPath('home'),
      problem: null,
    });
    expect(JSON.stringify(profiles)).not.toContain('sk-ant');
  });

  it.each([1_800_000_000_000, 8.64e12 + 1, 1e300])('have no known end where they state %d', async (at) => {
    write('far', { ...good, expires_at: at });
    expect(await listConsoleProfiles(configDir)).toMatchObject([{ expiresAtMs: null, problem: null }]);
  });

  it('are none where the folder is not there', async () => {
    expect(await listConsoleProfiles(join(configDir, 'nowhere'))).toEqual([]);
  });

  it('of another kind than user_oauth, or with a name that is no name, are not listed', async () => {
    write('workload', good, { authentication: { type: 'workload_identity' } });
    write('-rf', good);
    expect(await listConsoleProfiles(configDir)).toEqual([]);
  });

  it('cannot be renewed without a refresh token or a client id', async () => {
    write('bare', { ...good, refresh_token: '' });
    write('nameless', good, userOauth({ client_id: undefined }));
    expect((await listConsoleProfiles(configDir)).map(({ refreshable }) => refreshable)).toEqual([
      false,
      false,
    ]);
  });

  it.each([
    ['missing', () => write('it', undefined)],
    [
      'unsafe',
      () => {
        write('it', good);
        chmodSync(credentialsPath('it'), 0o644);
      },
    ],
    [
      'unsafe',
      () => {
        write('it', undefined);
        const target = join(configDir, 'target.json');
        writeFileSync(target, JSON.stringify(good), { mode: 0o644 });
        symlinkSync(target, credentialsPath('it'));
      },
    ],
    [
      'missing',
      () => {
        write('it', undefined);
        symlinkSync(join(configDir, 'gone.json'), credentialsPath('it'));
      },
    ],
    ['unreadable', () => write('it', { type: 'something_else' })],
    [
      'unreadable',
      () => {
        write('it', undefined);
        execFileSync('mkfifo', ['-m', '600', credentialsPath('it')]);
      },
    ],
    [
      'unreadable',
      () => {
        write('it', good);
        writeFileSync(credentialsPath('it'), '{"type":"oauth_token",');
      },
    ],
    [
      'unreadable',
      () => {
        write('it', good);
        writeFileSync(join(configDir, 'configs', 'it.json'), 'no json');
      },
    ],
  ] as const)('are listed with their problem: %s', async (problem, make) => {
    make();
    expect(await listConsoleProfiles(configDir)).toEqual([expect.objectContaining({ name: 'it', problem })]);
  });
});
