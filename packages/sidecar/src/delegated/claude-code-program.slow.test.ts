import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claudeCodeHomes } from './claude-code-homes.ts';
import { createClaudeCodeAccounts } from './create-claude-code-accounts.ts';

// The real program on prepared settings folders, behind a proxy that is not there: nothing leaves the machine. Its login, and
// a sign-out that its service confirms, were not tried: they need a real account.

const program = createRequire(import.meta.url).resolve(
  `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`,
);
const login = {
  accessToken: 'canary-access',
  refreshToken: 'canary-refresh',
  expiresAt: 4_102_444_800_000,
  scopes: ['user:inference', 'user:profile'],
  subscriptionType: 'max',
};
const person = { emailAddress: 'ada@example.com', organizationName: 'Acme' };

/** Accounts over a settings folder that holds these files. */
function accountsWith(files: Readonly<Record<string, unknown>>) {
  const root = mkdtempSync(join(tmpdir(), 'postern-claude-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const configDir = join(root, 'claude-code', 'work');
  mkdirSync(configDir, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(configDir, name), JSON.stringify(content), { mode: 0o600 });
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(root, 'home'),
    HTTPS_PROXY: 'http://127.0.0.1:9',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  const accounts = createClaudeCodeAccounts({
    program,
    environment,
    homes: claudeCodeHomes(root, environment),
    sandbox: false,
    report: () => undefined,
    clock: Date.now,
    onSignedIn: () => undefined,
    recordProgram: () => () => undefined,
  });
  onTestFinished(() => accounts.close());
  return { accounts, configDir, root };
}

describe('the real program', () => {
  it('tells of a stored login, of whom and of which plan, and never shows a token', async () => {
    const { accounts } = accountsWith({
      '.credentials.json': { claudeAiOauth: login },
      '.claude.json': { oauthAccount: person },
    });

    const status = await accounts.status('claude_code:work');

    expect(status).toMatchObject({
      state: 'signed_in',
      account: { email: 'ada@example.com', organization: 'Acme' },
      subscription: 'max',
    });
    expect(JSON.stringify(status)).not.toContain('canary');
  });

  it('has no login in an empty folder, nor where it keeps a key instead', async () => {
    const empty = accountsWith({});
    expect((await empty.accounts.status('claude_code:work')).state).toBe('signed_out');
    const key = { primaryApiKey: 'sk-ant-api03-canary-canary-canary', oauthAccount: person };
    const keyed = accountsWith({ '.claude.json': key });
    expect((await keyed.accounts.status('claude_code:work')).state).toBe('signed_out');
  });

  it('signs out here even where its service cannot be told', async () => {
    const { accounts, configDir } = accountsWith({
      '.credentials.json': { claudeAiOauth: login },
      '.claude.json': { oauthAccount: person },
    });
    expect((await accounts.status('claude_code:work')).state).toBe('signed_in');

    expect((await accounts.logout('claude_code:work')).state).toBe('signed_out');

    expect(existsSync(join(configDir, '.credentials.json'))).toBe(false);
  });
});
