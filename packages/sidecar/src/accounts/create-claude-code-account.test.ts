import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReportedFact } from '../credentials/index.ts';
import { type ClaudeCodeAccount, createClaudeCodeAccount } from './create-claude-code-account.ts';
import { createDelegatedSignIns } from './create-delegated-sign-ins.ts';

/** A program that behaves as the unmodified one does at its command line, with a file for its login. */
const script = `#!/bin/sh
login="$CLAUDE_CONFIG_DIR/login"
case "$1 $2" in
  "auth status")
    if [ -f "$login" ]; then cat "$login"; else echo '{"loggedIn":false,"authMethod":"none"}'; exit 1; fi ;;
  "auth login")
    echo "Opening your browser. Elsewhere: https://claude.example/authorize?code=true then paste the code:"
    read code
    [ "$code" = "good#code" ] || exit 1
    echo '{"loggedIn":true,"authMethod":"claude.ai","email":"ada@example.org","subscriptionType":"max","loginExpiresAt":"2030-01-01T00:00:00Z"}' > "$login" ;;
  "auth logout")
    [ -f "$login.stuck" ] || rm -f "$login" ;;
esac
`;

let home: string;
let program: string;
let nowMs: number;
let facts: ReportedFact[];
let account: ClaudeCodeAccount;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'postern-claude-'));
  program = join(home, 'claude');
  writeFileSync(program, script);
  chmodSync(program, 0o700);
  nowMs = Date.parse('2026-11-24T12:00:00Z');
  facts = [];
  account = open();
});
afterEach(() => {
  account.close();
  rmSync(home, { recursive: true, force: true });
});

function open(
  more: { readonly program?: string | null; readonly sandbox?: boolean } = {},
): ClaudeCodeAccount {
  return createClaudeCodeAccount({
    program,
    environment: { CLAUDE_CONFIG_DIR: home, PATH: '/usr/bin:/bin' },
    sandbox: false,
    report: (fact) => facts.push(fact),
    clock: () => nowMs,
    ...more,
  });
}

async function signIn(): Promise<void> {
  expect(await account.login(null)).toMatchObject({ state: 'pending' });
  await expect.poll(async () => (await account.status()).pendingLogin?.authorizationUrl).toMatch(/^https:/);
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
    });
    expect(facts).toContainEqual({
      type: 'credential_changed',
      kind: 'claude_code',
      status: 'active',
      reason: null,
    });
  });

  it('is one at a time, and a code without one is refused', async () => {
    await expect(account.login('good#code')).rejects.toMatchObject({ code: 'no_sign_in_pending' });
    await account.login(null);
    await expect(account.login(null)).rejects.toMatchObject({ code: 'sign_in_in_progress' });
    expect((await account.cancel()).state).toBe('signed_out');
    await account.login(null);
  });

  it('that fails says so', async () => {
    await account.login(null);
    await account.login('bad');
    await expect.poll(async () => (await account.status()).lastError?.code).toBe('authorization_failed');
  });

  it('ends with a sign-out in the program itself', async () => {
    await signIn();
    expect((await account.logout()).state).toBe('signed_out');
  });

  it('is not said to have ended where the program did not confirm it', async () => {
    await signIn();
    writeFileSync(join(home, 'login.stuck'), '');
    await expect(account.logout()).rejects.toMatchObject({ code: 'agent_failed' });
  });

  it('of another kind than the plan’s own is none', async () => {
    writeFileSync(join(home, 'login'), '{"loggedIn":true,"authMethod":"api_key"}');
    expect((await account.status()).state).toBe('signed_out');
  });

  it('cannot be told where the program says something else', async () => {
    writeFileSync(join(home, 'login'), 'Welcome!');
    expect((await account.status()).state).toBe('unavailable');
  });

  it('is looked at again only after a while', async () => {
    await account.status();
    writeFileSync(join(home, 'login'), '{"loggedIn":true,"authMethod":"claude.ai"}');
    expect((await account.status()).state).toBe('signed_out');
    nowMs += 15_000;
    expect((await account.status()).state).toBe('signed_in');
  });
});

describe('without a program, or in the sandbox', () => {
  it('nothing is there to sign in to', async () => {
    const missing = open({ program: null });
    expect((await missing.status()).state).toBe('unavailable');
    await expect(missing.login(null)).rejects.toMatchObject({ code: 'agent_program_missing' });
    const sandboxed = open({ sandbox: true });
    expect((await sandboxed.status()).state).toBe('unavailable');
    await expect(sandboxed.logout()).rejects.toMatchObject({ code: 'not_in_sandbox' });
  });
});

describe('as candidates', () => {
  it('a login that has ended by its own date is none, and the last look is enough to choose', async () => {
    const delegated = createDelegatedSignIns({
      claudeCode: account,
      consoleConfigDir: null,
      sandbox: false,
      clock: () => nowMs,
    });
    const usable = () => delegated.candidates().map(({ usable, reason }) => [usable, reason]);
    expect(usable()).toEqual([[false, 'not_signed_in']]);
    await signIn();
    expect(usable()).toEqual([[true, null]]);
    expect(await delegated.present()).toEqual({ claudeCode: true, consoleProfile: false });
    nowMs = Date.parse('2030-01-02T00:00:00Z');
    expect(usable()).toEqual([[false, 'reauthorization_required']]);
    expect((await delegated.views()).map(({ kind, status }) => [kind, status])).toEqual([
      ['claude_code', 'reauthorization_required'],
      ['console_profile', 'absent'],
    ]);
  });
});
