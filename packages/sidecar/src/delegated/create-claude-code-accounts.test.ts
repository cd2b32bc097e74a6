import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  type StandInProgram,
  signedInAs,
  standInProgram,
} from '../../test/support/delegated/fake-program.ts';
import { claudeCodeHomes } from './claude-code-homes.ts';
import { type ClaudeCodeAccounts, createClaudeCodeAccounts } from './create-claude-code-accounts.ts';

let world: StandInProgram;
let accounts: ClaudeCodeAccounts;
beforeEach(() => {
  world = standInProgram();
  accounts = open();
});

function open(environment: Readonly<Record<string, string>> = world.environment): ClaudeCodeAccounts {
  const opened = createClaudeCodeAccounts({
    program: world.program,
    environment: world.environment,
    homes: claudeCodeHomes(world.root, environment),
    sandbox: false,
    report: () => undefined,
    clock: Date.now,
    onSignedIn: () => undefined,
    recordProgram: () => () => undefined,
  });
  onTestFinished(() => opened.close());
  return opened;
}

describe('several accounts of the unmodified program', () => {
  it('have a folder each, made private when somebody first signs in, and kept apart', async () => {
    const folder = join(world.root, 'claude-code', 'work');
    await expect(accounts.status('claude_code:work')).rejects.toMatchObject({ code: 'credential_not_found' });

    expect((await accounts.login(null, 'claude_code:work')).state).toBe('pending');

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((await accounts.status()).state).toBe('signed_out');
    await expect.poll(() => world.read('environment', folder)).toContain(`CLAUDE_CONFIG_DIR=${folder}\n`);
    await accounts.login('good#code', 'claude_code:work');
    await expect.poll(async () => (await accounts.status('claude_code:work')).state).toBe('signed_in');
    expect((await accounts.status('claude_code:work')).signOutAlsoEnds).toContain('nowhere else');
    expect((await accounts.status('claude_code:default')).state).toBe('signed_out');
    // A restart finds it by its folder.
    expect(
      open()
        .all()
        .map(({ home }) => home.id),
    ).toEqual(['claude_code:default', 'claude_code:work']);
    expect((await accounts.logout('claude_code:work')).state).toBe('signed_out');
  });

  it('find the person’s own login where the program itself would: its default stays unnamed', async () => {
    world.put('login', signedInAs('me@example.org'));
    expect(await accounts.status()).toMatchObject({
      state: 'signed_in',
      account: { email: 'me@example.org' },
    });
    await accounts.login(null);
    await expect.poll(() => world.read('environment')).not.toBe('');
    expect(world.read('environment')).not.toContain('CLAUDE_CONFIG_DIR');

    const named = open({ ...world.environment, CLAUDE_CONFIG_DIR: join(world.root, 'elsewhere') });
    expect((await named.status()).state).toBe('signed_out');
    expect(named.all()[0]?.home).toMatchObject({ variable: join(world.root, 'elsewhere') });
  });

  it.each([
    'claude_code:../home',
    'claude_code:',
    'claude_code:a/b',
    'claude_code:.hidden',
    'api_key:default',
    'x',
  ])('know nothing of %s, and make no folder for it', async (id) => {
    await expect(accounts.login(null, id)).rejects.toMatchObject({ code: 'credential_not_found' });
    await expect(accounts.logout(id)).rejects.toMatchObject({ code: 'credential_not_found' });
    expect(existsSync(join(world.root, 'claude-code'))).toBe(false);
  });
});
