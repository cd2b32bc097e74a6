import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { credentialView, signedIn, signedOut } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

const apiKey = 'sk-ant-api03-abcdefghijklmnop-WXYZ';
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const sent = (method = 'POST') =>
  world.sidecar.requests.filter((each) => each.method === method).map(({ url, body }) => [url, body]);

/** The accounts that there are. */
function accounts(...ids: readonly string[]): void {
  const items = ids.map((id) => ({ ...credentialView('oauth', 'active'), id }));
  world.sidecar.on('GET /credentials', json({ items, next: null }));
}

describe('--credential', () => {
  it('says which sign-in is begun and waited for', async () => {
    const pendingSignIn = {
      signInId: 's1',
      authorizationUrl: 'https://example.org/authorize',
      expiresAt: '2026-11-23T10:05:00.000Z',
    };
    world.sidecar.on('GET /auth/anthropic/start', json({ ...pendingSignIn, redirectUri: 'http://x' }));
    world.sidecar.on('GET /auth/anthropic/status', json(signedOut), json(signedIn));
    expect((await world.run(['login', '--no-browser', '--credential', 'work'])).exitCode).toBe(0);
    const about = sent('GET').filter(([url]) => String(url).startsWith('/auth'));
    expect(about.length).toBeGreaterThan(2);
    for (const [url] of about) expect(url).toContain('credential=oauth%3Awork');
  });

  it('says which account of the program is signed in to, also without --claude-code', async () => {
    const account = { email: 'ada@example.org', organization: null };
    const there = { state: 'signed_in', account, pendingLogin: null };
    world.sidecar.on('POST /auth/claude-code/login', json(there));
    const { exitCode } = await world.run(['login', '--credential', 'claude_code:work']);
    expect([exitCode, sent()]).toEqual([0, [['/auth/claude-code/login?credential=claude_code%3Awork', {}]]]);
  });

  it('says which sign-in is renewed and ended', async () => {
    world.sidecar.on('POST /auth/anthropic/refresh', json(signedIn));
    world.sidecar.on('POST /auth/anthropic/logout', json({ state: 'signed_out', revocation: 'done' }));
    accounts('oauth:default', 'oauth:work');
    await world.run(['refresh', '--credential', 'oauth:work']);
    await world.run(['logout', '--credential', 'oauth:work']);
    expect(sent()).toEqual([
      ['/auth/anthropic/refresh?credential=oauth%3Awork', {}],
      ['/auth/anthropic/logout?credential=oauth%3Awork', {}],
    ]);
  });

  it('says which key is saved and removed', async () => {
    world.sidecar.on('POST /settings', json({ apiKey: { last4: 'else' } }));
    accounts('api_key:team');
    const saved = await world.run(['key', 'set', '--json', '--credential', 'team'], { stdin: apiKey });
    const removed = await world.run(['key', 'clear', '--json', '--credential', 'api_key:team']);
    expect(sent().map(([, body]) => body)).toEqual([
      { apiKeys: { 'api_key:team': apiKey } },
      { apiKeys: { 'api_key:team': null } },
    ]);
    expect(JSON.parse(saved.stdout)).toEqual({ id: 'api_key:team', apiKey: { last4: 'WXYZ' } });
    expect(JSON.parse(removed.stdout)).toEqual({ id: 'api_key:team', apiKey: null });
  });

  it.each([
    ['logout', '--credential', 'wrok'],
    ['key', 'clear', '--credential', 'taem'],
  ])('says so where no account has the name, and ends none: %s %s %s', async (...argv) => {
    accounts('oauth:default', 'oauth:work', 'api_key:team');
    const { exitCode, stdout, stderr } = await world.run(argv);
    expect([exitCode, stdout, sent()]).toEqual([64, '', []]);
    expect(stderr).toContain(errorTable.credential_not_found.title);
  });

  it('says whose token is printed', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    writeFileSync(join(world.dataDir, 'postern.db'), '');
    const sidecar = createMemorySidecar();
    await world.run(['token'], { sidecar });
    await world.run(['token', '--credential', 'work'], { sidecar });
    expect(sidecar.tokensOf).toEqual(['oauth:default', 'oauth:work']);
  });

  it.each([
    ['login', '--credential', 'api_key:x'],
    ['login', '--claude-code', '--credential', 'oauth:x'],
    ['logout', '--credential', '../x'],
    ['refresh', '--credential', 'claude_code:x'],
    ['key', 'set', '--credential', 'oauth:x'],
    ['token', '--credential', ''],
  ])('is refused where it names another kind, or nothing: %s %s %s', async (...argv) => {
    const { exitCode, stderr } = await world.run(argv);
    expect([exitCode, sent()]).toEqual([64, []]);
    expect(stderr).toContain('--credential must be an id of this kind');
  });

  it('takes the ids that the status lists, each with its label', async () => {
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    const named = (id: string, label: string) => ({ ...credentialView('oauth', 'active'), id, label });
    const items = [named('oauth:default', 'Home'), named('oauth:work', 'Work')];
    world.sidecar.on('GET /credentials', json({ items, next: null }));
    const { stdout } = await world.run(['status']);
    expect(stdout).toMatch(/oauth:default +Home +active/);
    expect(stdout).toMatch(/oauth:work +Work +active/);
  });
});

describe('postern logout --claude-code', () => {
  const signOutAlsoEnds = 'Signing out also signs out Claude Code in a terminal.';
  const logout = ['logout', '--claude-code'];
  beforeEach(() => {
    world.sidecar.on('GET /auth/claude-code/status', json({ state: 'signed_in', signOutAlsoEnds }));
    world.sidecar.on('POST /auth/claude-code/logout', json({ state: 'signed_out', signOutAlsoEnds }));
  });

  it('says what else it signs out before it asks, and does it after a yes', async () => {
    const { exitCode, stderr } = await world.run(logout, { terminal: [[/terminal\.\nSign out\? /, 'y']] });
    expect([exitCode, sent()]).toEqual([0, [['/auth/claude-code/logout', {}]]]);
    expect(stderr).toContain(signOutAlsoEnds);
  });

  it('does nothing after anything else', async () => {
    const { exitCode, stderr } = await world.run(logout, { terminal: [[/Sign out\?/, '']] });
    expect([exitCode, sent()]).toEqual([130, []]);
    expect(stderr).toContain('Nothing has changed.');
  });

  it('never waits for an answer without a terminal: it needs --yes, and says for what', async () => {
    const refused = await world.run([...logout, '--json']);
    expect([refused.exitCode, sent()]).toEqual([64, []]);
    expect(JSON.parse(refused.stdout).error.title).toContain(signOutAlsoEnds);
    const agreed = await world.run([...logout, '--json', '--yes', '--credential', 'work']);
    expect(sent()).toEqual([['/auth/claude-code/logout?credential=claude_code%3Awork', {}]]);
    expect(JSON.parse(agreed.stdout)).toMatchObject({ state: 'signed_out', signOutAlsoEnds });
  });
});
