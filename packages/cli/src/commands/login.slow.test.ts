import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, problem, stream } from '../../../client/test/scripted-sidecar.ts';
import { signedIn, signedOut } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

const authorizationUrl = 'https://example.org/authorize?state=x&scope=a%20b';
const pendingSignIn = { signInId: 's1', authorizationUrl, expiresAt: '2026-11-23T10:05:00.000Z' };
const pending = { ...signedOut, state: 'pending', pendingSignIn };

let world: CommandWorld;
/** Ends the sign-in: the status from now on, and the step that the event stream tells. */
let end: (status: unknown, step: string, code: string | null) => void;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  const { sidecar } = world;
  sidecar.on('GET /auth/anthropic/status', json(signedOut), json(pending));
  sidecar.on('GET /auth/anthropic/start', json({ ...pendingSignIn, redirectUri: 'http://127.0.0.1:1/cb' }));
  sidecar.on('POST /auth/anthropic/cancel', json(signedOut));
  sidecar.on('GET /events', (response, request) => {
    void stream([], 'stay')(response, request);
    end = (status, step, code) => {
      sidecar.on('GET /auth/anthropic/status', json(status));
      response.write(frame(1, 'sign_in_changed', { state: 'x', step, code }));
    };
  });
});
afterEach(() => world.close());

/** Waits until the command looks because the event stream is open. */
const waiting = () => world.sidecar.arrived('GET /auth/anthropic/status', 3);

describe('postern login', () => {
  it('prints the address, opens the browser with it, and waits for the redirect', async () => {
    const browser = join(world.homeDir, 'browser');
    const seen = join(world.homeDir, 'seen');
    writeFileSync(
      browser,
      `#!/bin/sh\nprintf '%s|%s' "$1" "$POSTERN_PASSPHRASE" > '${seen}.new'\nmv '${seen}.new' '${seen}'\n`,
    );
    chmodSync(browser, 0o700);
    const environment = { BROWSER: browser, POSTERN_PASSPHRASE: 'p', PATH: process.env['PATH'] };
    const running = world.start(['login'], { environment, platform: 'linux' });
    await waiting();
    await expect.poll(() => existsSync(seen)).toBe(true);
    expect(readFileSync(seen, 'utf8')).toBe(`${authorizationUrl}|`);
    end(signedIn, 'completed', null);
    const { exitCode, stdout } = await running.done;
    expect(exitCode).toBe(0);
    expect(stdout.indexOf(authorizationUrl)).toBeLessThan(stdout.indexOf('Signed in as ada@example.org.'));
  });

  it('takes a pasted code, and lets the person paste again after one that does not belong here', async () => {
    world.sidecar.on('POST /auth/anthropic/callback', problem('state_mismatch'), json(signedIn));
    const { exitCode, stderr } = await world.run(['login', '--no-browser'], {
      terminal: [
        [/paste/, 'wrong#code'],
        [/paste/, 'good#code'],
      ],
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('This answer does not belong to the sign-in that is waiting');
    const pasted = world.sidecar.requests.filter((each) => each.method === 'POST').map((each) => each.body);
    expect(pasted).toEqual([{ pasted: 'wrong#code' }, { pasted: 'good#code' }]);
  });

  it('takes the redirect while it asks for a code', async () => {
    const running = world.start(['login', '--no-browser'], { terminal: [] });
    await running.printed(/paste/);
    await waiting();
    end(signedIn, 'completed', null);
    expect((await running.done).exitCode).toBe(0);
  });

  it('names its own option where a sign-in is open already', async () => {
    world.sidecar.on('GET /auth/anthropic/start', problem('sign_in_in_progress'));
    const { exitCode, stderr } = await world.run(['login', '--no-browser']);
    expect(exitCode).toBe(69);
    expect(stderr).toContain('--restart');
  });

  it('ends with the code of what went wrong', async () => {
    const running = world.start(['login', '--no-browser', '--json']);
    await waiting();
    end(signedOut, 'failed', 'access_denied');
    const { exitCode, stdout } = await running.done;
    expect(exitCode).toBe(77);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { event: 'sign_in_started', authorizationUrl },
      { error: { code: 'access_denied' } },
    ]);
  });

  it('cancels the sign-in on Ctrl-C and exits 130', async () => {
    const running = world.start(['login', '--no-browser']);
    await waiting();
    running.interrupt();
    expect((await running.done).exitCode).toBe(130);
    await world.sidecar.arrived('POST /auth/anthropic/cancel');
  });

  it('says what is missing where no server is configured', async () => {
    world.sidecar.on('GET /auth/anthropic/start', problem('oauth_not_configured'));
    const { exitCode, stderr } = await world.run(['login']);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('POSTERN_OAUTH_CLIENT_ID');
    expect(stderr).toContain('postern login --claude-code, and postern key set');
  });

  it('signs in alone where no sidecar runs, and closes the store', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    const sidecar = createMemorySidecar();
    sidecar.status = signedOut;
    const { exitCode, stdout } = await world.run(['login', '--no-browser'], {
      sidecar,
      terminal: [[/paste/, 'good#code']],
    });
    expect([exitCode, sidecar.stillOpen()]).toEqual([0, 0]);
    expect(stdout).toContain('Signed in');
  });

  it('does not sign in alone where nothing would be kept', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    const sidecar = createMemorySidecar();
    sidecar.status = { ...signedOut, store: { ...signedOut.store, kind: 'memory' } };
    const { exitCode, stderr } = await world.run(['login'], { sidecar });
    expect([exitCode, sidecar.stillOpen()]).toEqual([69, 0]);
    expect(stderr).toContain('There is no keychain here');
  });
});

describe('postern login --claude-code', () => {
  const state = {
    account: null,
    subscription: null,
    loginExpiresAt: null,
    pendingLogin: null,
    lastError: null,
  };
  const pendingLogin = {
    authorizationUrl: 'https://example.org/paste',
    startedAt: '2026-11-23T10:00:00.000Z',
    expiresAt: '2026-11-23T10:10:00.000Z',
  };

  it('waits for the program’s own login, and passes a pasted code on', async () => {
    const account = { email: 'ada@example.org', organization: null };
    world.sidecar.on('POST /auth/claude-code/login', json({ ...state, state: 'pending', pendingLogin }));
    world.sidecar.on('GET /auth/claude-code/status', json({ ...state, state: 'signed_in', account }));
    const { exitCode, stdout } = await world.run(['login', '--claude-code'], {
      terminal: [[/paste/, 'c#s']],
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('https://example.org/paste');
    expect(stdout).toContain('Signed in to Claude Code as ada@example.org.');
    const posted = world.sidecar.requests.filter((each) => each.method === 'POST').map((each) => each.body);
    expect(posted).toEqual([{}, { pasted: 'c#s' }]);
  });

  it('says so when the program is not there', async () => {
    world.sidecar.on('POST /auth/claude-code/login', json({ ...state, state: 'unavailable' }));
    expect((await world.run(['login', '--claude-code'])).exitCode).toBe(78);
  });
});
