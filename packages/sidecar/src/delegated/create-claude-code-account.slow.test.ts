import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isRunning,
  type StandInProgram,
  signedInAs,
  standInProgram,
} from '../../test/support/delegated/fake-program.ts';
import type { ReportedFact } from '../credentials/index.ts';
import { claudeCodeHomes } from './claude-code-homes.ts';
import {
  type ClaudeCodeAccount,
  type ClaudeCodeAccountDeps,
  createClaudeCodeAccount,
} from './create-claude-code-account.ts';

let world: StandInProgram;
let nowMs: number;
let facts: ReportedFact[];
let signedIn: string[];
let account: ClaudeCodeAccount;
beforeEach(() => {
  world = standInProgram();
  nowMs = Date.parse('2026-11-24T12:00:00Z');
  facts = [];
  signedIn = [];
  account = open();
});
afterEach(() => account.close());

function open(more: Partial<ClaudeCodeAccountDeps> = {}): ClaudeCodeAccount {
  const { program, environment, root } = world;
  const home = claudeCodeHomes(root, environment).homeOf('claude_code:default');
  if (home === null) throw new Error('no home');
  const deps = {
    program,
    environment,
    sandbox: false,
    report: (fact: ReportedFact) => facts.push(fact),
    clock: () => nowMs,
    onSignedIn: (id: string) => signedIn.push(id),
    recordProgram: () => () => undefined,
    ...more,
  };
  return createClaudeCodeAccount(deps, home);
}

async function begin(): Promise<void> {
  expect(await account.login(null)).toMatchObject({ state: 'pending' });
  await expect
    .poll(async () => (await account.status()).pendingLogin?.authorizationUrl)
    .toBe('https://claude.example/authorize?code=true&state=x');
}

async function signIn(): Promise<void> {
  await begin();
  await account.login(' good#code\n');
  await expect.poll(async () => (await account.status()).state).toBe('signed_in');
}

describe('the login of the unmodified program', () => {
  it('is driven: started, its address shown, the code passed on, the outcome told', async () => {
    expect(await account.status()).toMatchObject({ state: 'signed_out', account: null });
    await signIn();
    expect(await account.status()).toMatchObject({
      state: 'signed_in',
      account: { email: 'ada@example.org', organization: null },
      subscription: 'max',
      loginExpiresAt: '2030-01-01T00:00:00.000Z',
      pendingLogin: null,
      lastError: null,
    });
    expect(facts).toContainEqual({
      type: 'credential_changed',
      kind: 'claude_code',
      status: 'active',
      reason: null,
    });
    expect(signedIn).toEqual(['claude_code:default']);
  });

  it('shows no half of an address', async () => {
    world.put('hold');
    await account.login(null);
    await expect.poll(() => world.read('pid')).not.toBe('');
    expect((await account.status()).pendingLogin).toMatchObject({
      authorizationUrl: null,
      expiresAt: '2026-11-24T12:05:00.000Z',
    });
    world.remove('hold');
    await expect
      .poll(async () => (await account.status()).pendingLogin?.authorizationUrl)
      .toBe('https://claude.example/authorize?code=true&state=x');
  });

  it('gets one line of what was pasted, and nothing after it', async () => {
    await begin();
    await account.login('bad\nanother answer\n');
    await expect.poll(() => world.read('pasted')).toBe('bad\n');
  });

  it('is one at a time, and a code without one is refused', async () => {
    await expect(account.login('good#code')).rejects.toMatchObject({ code: 'no_sign_in_pending' });
    const starts = await Promise.allSettled([account.login(null), account.login(null)]);
    expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(account.login(null)).rejects.toMatchObject({ code: 'sign_in_in_progress' });
    expect((await account.cancel()).state).toBe('signed_out');
    await begin();
  });

  it('is ended by a cancel: the program is gone, also one that does not listen, and nothing failed', async () => {
    world.put('deaf');
    await begin();
    const pid = world.read('pid').trim();
    expect(isRunning(pid)).toBe(true);
    expect(await account.cancel()).toMatchObject({ state: 'signed_out', lastError: null });
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
    expect(await account.status()).toMatchObject({ state: 'signed_out', lastError: null });
  });

  it('is ended when its time is over, and says so', async () => {
    account = open({ loginLifeMs: 150 });
    await account.login(null);
    await expect.poll(async () => (await account.status()).lastError?.code).toBe('sign_in_expired');
    expect((await account.status()).state).toBe('signed_out');
    const pid = world.read('pid').trim();
    if (pid !== '') expect(isRunning(pid)).toBe(false);
  });

  it('is recorded while its program runs, for a start after a crash', async () => {
    const recorded = new Map<number, string>();
    account = open({
      recordProgram: ({ pid, program }) => {
        recorded.set(pid, program);
        return () => recorded.delete(pid);
      },
    });
    await begin();
    expect([...recorded]).toEqual([[Number(world.read('pid')), world.program]]);
    await account.cancel();
    await expect.poll(() => recorded.size).toBe(0);
  });

  it('that fails says so, and the next one clears it', async () => {
    await begin();
    await account.login('bad');
    await expect.poll(async () => (await account.status()).lastError?.code).toBe('authorization_failed');
    await signIn();
    expect((await account.status()).lastError).toBeNull();
  });

  it('ends with the sidecar', async () => {
    await begin();
    const pid = world.read('pid').trim();
    await account.close();
    expect(isRunning(pid)).toBe(false);
  });

  it('ends with the sidecar even where it ignores a polite end', async () => {
    world.put('deaf');
    await begin();
    const pid = world.read('pid').trim();
    await account.close();
    expect(isRunning(pid)).toBe(false);
  });

  it('ends with a sign-out in the program itself, and it is said beforehand what else that ends', async () => {
    await signIn();
    const { signOutAlsoEnds } = await account.status();
    expect(signOutAlsoEnds).toContain(world.ownConfigDir);
    expect(signOutAlsoEnds).toContain('Claude Code in a terminal');
    expect((await account.logout()).state).toBe('signed_out');
    expect((await account.logout()).state).toBe('signed_out');
  });

  it('is not said to have ended where the program did not confirm it', async () => {
    await signIn();
    world.put('stuck');
    await expect(account.logout()).rejects.toMatchObject({ code: 'agent_failed' });
  });
});

describe('a look at the login', () => {
  it('finds none of another kind than the plan’s own', async () => {
    world.put('login', '{"loggedIn":true,"authMethod":"api_key"}');
    expect((await account.status()).state).toBe('signed_out');
  });

  it('knows no end where the program states one that is no time', async () => {
    world.put('login', '{"loggedIn":true,"authMethod":"claude.ai","loginExpiresAt":1e17}');
    expect(await account.status()).toMatchObject({ state: 'signed_in', loginExpiresAt: null });
    account.noteLoginEnd(1e17);
    expect(await account.status()).toMatchObject({ state: 'signed_in', loginExpiresAt: null });
  });

  it('finds out nothing where the program says something else', async () => {
    world.put('login', 'Welcome!');
    expect((await account.status()).state).toBe('unavailable');
  });

  it('is repeated only after a while, and shared by questions at the same time', async () => {
    await Promise.all([account.status(), account.status(), account.refresh()]);
    world.put('login', signedInAs('ada@example.org'));
    expect((await account.status()).state).toBe('signed_out');
    expect(world.read('looks').trim().split('\n')).toHaveLength(1);
    nowMs += 15_000;
    expect((await account.status()).state).toBe('signed_in');
  });

  it('F34 is repeated where the clock was set back since the last one', async () => {
    expect((await account.status()).state).toBe('signed_out');
    world.put('login', signedInAs('ada@example.org'));
    nowMs -= 2 * 3_600_000;
    expect((await account.status()).state).toBe('signed_in');
    expect((await account.status()).state).toBe('signed_in');
    expect(world.read('looks').trim().split('\n')).toHaveLength(2);
  });

  it('is not waited for by a list that shows the last one, but begun', async () => {
    expect((await account.seenStatus()).state).toBe('signed_out');
    world.put('login', signedInAs('ada@example.org'));
    nowMs += 15_000;
    expect((await account.seenStatus()).state).toBe('signed_out');
    await expect.poll(async () => (await account.seenStatus()).state).toBe('signed_in');
  });

  it('is waited for by a choice only where there was none before', async () => {
    world.put('login', signedInAs('ada@example.org'));
    expect(account.known()).toBeNull();
    await account.refresh();
    expect(account.known()).toMatchObject({ signedIn: true, email: 'ada@example.org' });
    world.remove('login');
    nowMs += 60_000;
    await account.refresh();
    expect(account.known()).toMatchObject({ signedIn: true });
    await expect.poll(() => account.known()?.signedIn).toBe(false);
  });

  it('ends with the sidecar, and changes nothing any more', async () => {
    world.put('login', signedInAs('ada@example.org'));
    await account.status();
    world.put('slow');
    nowMs += 15_000;
    const asked = account.status();
    await expect.poll(() => world.read('looks').trim().split('\n')).toHaveLength(2);
    await account.close();
    expect((await asked).state).toBe('unavailable');
    expect(account.known()).toMatchObject({ signedIn: true });
    await account.status();
    expect([facts, world.read('looks').trim().split('\n').length]).toEqual([[], 2]);
  });
});

describe('without a program, or in the sandbox', () => {
  it('nothing is there to sign in to', async () => {
    const missing = open({ program: null });
    expect((await missing.status()).state).toBe('unavailable');
    await expect(missing.login(null)).rejects.toMatchObject({ code: 'agent_program_missing' });
    const sandboxed = open({ sandbox: true });
    expect(await sandboxed.status()).not.toHaveProperty('signOutAlsoEnds');
    await expect(sandboxed.logout()).rejects.toMatchObject({ code: 'not_in_sandbox' });
    await sandboxed.refresh();
    expect(world.read('looks')).toBe('');
  });
});
