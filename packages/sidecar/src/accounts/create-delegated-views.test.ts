import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  type StandInProgram,
  signedInAs,
  standInProgram,
} from '../../test/support/delegated/fake-program.ts';
import type { DelegatedCredentials } from '../credentials/index.ts';
import {
  claudeCodeHomes,
  createClaudeCodeAccounts,
  createDelegatedSignIns,
  type DelegatedSignIns,
} from '../delegated/index.ts';
import { createDelegatedCredentials } from '../selection/delegated-credentials.ts';
import { createCooldowns } from '../selection/index.ts';
import { createDelegatedViews, type DelegatedViews } from './create-delegated-views.ts';

/** The sign-ins of other programs, as credentials, and as a person sees them. */
type Delegated = DelegatedCredentials & DelegatedViews & Pick<DelegatedSignIns, 'present'>;

let world: StandInProgram;
let configDir: string;
let nowMs: number;
let delegated: Delegated;
beforeEach(() => {
  world = standInProgram();
  configDir = join(world.home, '.config', 'anthropic');
  nowMs = Date.parse('2026-11-24T12:00:00Z');
  delegated = open();
});

function open(more: { readonly sandbox?: boolean; readonly hasAnt?: boolean } = {}): Delegated {
  const { sandbox = false, hasAnt = false } = more;
  let document: unknown = null;
  const homes = claudeCodeHomes(world.root, world.environment);
  const clock = (): number => nowMs;
  const report = (): void => undefined;
  const log = (): void => undefined;
  const documents = {
    read: (name: string) => (name === 'cooldowns' ? document : null),
    update(_name: string, change: (current: unknown) => unknown) {
      document = change(document);
      return document;
    },
  };
  const cooldowns = createCooldowns({ documents, clock, log });
  const claudeCode = createClaudeCodeAccounts({
    program: world.program,
    environment: world.environment,
    homes,
    sandbox,
    report,
    clock,
    onSignedIn: cooldowns.forget,
    recordProgram: () => () => undefined,
  });
  onTestFinished(() => claudeCode.close());
  const signIns = createDelegatedSignIns({ claudeCode, homes, consoleConfigDir: configDir, sandbox, clock });
  const usageLimits = { noteWindow: () => undefined };
  const credentials = createDelegatedCredentials({
    ...{ signIns, cooldowns, usageLimits, report, sandbox, clock, log },
  });
  const views = createDelegatedViews({
    delegated: signIns,
    credentials,
    hasAnt: async () => hasAnt,
    sandbox,
  });
  return { ...credentials, ...views, present: signIns.present };
}

/** Writes a profile as `ant auth login` does; null leaves its credential file out. */
function profile(
  name: string,
  credentials: Readonly<Record<string, unknown>> | null,
  authentication: Readonly<Record<string, unknown>> = { client_id: 'c' },
): string {
  for (const folder of ['configs', 'credentials'])
    mkdirSync(join(configDir, folder), { recursive: true, mode: 0o700 });
  const config = { version: '1.0', authentication: { type: 'user_oauth', ...authentication } };
  writeFileSync(join(configDir, 'configs', `${name}.json`), JSON.stringify(config));
  const path = join(configDir, 'credentials', `${name}.json`);
  if (credentials !== null)
    writeFileSync(path, JSON.stringify({ type: 'oauth_token', access_token: 'canary', ...credentials }), {
      mode: 0o600,
    });
  return path;
}

const later = 1_900_000_000;
const past = 1_700_000_000;

describe('Console profiles', () => {
  it('are listed with their organization and their end, and can be run', async () => {
    profile('work', { expires_at: later, refresh_token: 'canary', organization_name: 'Acme' });
    await delegated.refresh();

    expect((await delegated.views()).at(-1)).toEqual({
      id: 'console_profile:work',
      kind: 'console_profile',
      label: 'work (Acme)',
      payer: 'Your Console organization',
      status: 'active',
      expiresAt: new Date(later * 1000).toISOString(),
      cooldownUntil: null,
      reason: null,
      nextStep: null,
    });
    expect(JSON.stringify(await delegated.views())).not.toContain('canary');
    expect(delegated.runOf('console_profile:work')).toMatchObject({
      variables: { ANTHROPIC_PROFILE: 'work', ANTHROPIC_CONFIG_DIR: configDir },
      home: null,
      keepAway: [join(configDir, 'credentials', 'work.json')],
    });
    expect(await delegated.present()).toEqual({ claudeCode: false, consoleProfile: true });
  });

  it.each<[string, () => void, string]>([
    ['missing', () => profile('work', null), 'is not there'],
    ['unsafe', () => chmodSync(profile('work', { expires_at: later }), 0o640), 'chmod 600'],
    ['unsafe', () => chmodSync(profile('work', { expires_at: later }), 0o602), 'chmod 600'],
    ['unreadable', () => profile('work', { type: 'something else' }), 'cannot be read'],
    ['reauthorization_required', () => profile('work', { expires_at: past }), 'has ended'],
    [
      'reauthorization_required',
      () => profile('work', { expires_at: past, refresh_token: 'r' }, {}),
      'has ended',
    ],
  ])('that cannot be used say why: %s', async (reason, write, words) => {
    write();
    await delegated.refresh();

    const view = (await delegated.views()).at(-1);
    expect(view).toMatchObject({ status: 'reauthorization_required', reason });
    expect(view?.nextStep).toContain(words);
    expect(delegated.candidates().at(-1)).toMatchObject({
      usable: false,
      reason: 'reauthorization_required',
    });
  });

  it('that the SDK renews by itself are not over with their access token', async () => {
    profile('work', { expires_at: past, refresh_token: 'r' });
    await delegated.refresh();

    expect(delegated.candidates().at(-1)).toMatchObject({ usable: true, reason: null });
  });

  it('of another kind are none, and a name that is no name is not looked at', async () => {
    profile('federated', { expires_at: later }, { type: 'oidc_federation' });
    profile('.hidden', { expires_at: later });
    await delegated.refresh();

    expect(delegated.candidates().map(({ ref }) => ref.kind)).toEqual(['claude_code']);
    expect((await delegated.views()).at(-1)).toMatchObject({
      id: 'console_profile:default',
      status: 'absent',
    });
  });

  it('may keep their tokens elsewhere', async () => {
    const elsewhere = join(world.root, 'tokens.json');
    writeFileSync(elsewhere, JSON.stringify({ type: 'oauth_token', access_token: 'a' }), { mode: 0o600 });
    profile('work', null, { credentials_path: elsewhere });
    await delegated.refresh();

    expect(delegated.runOf('console_profile:work')?.keepAway).toEqual([elsewhere]);
    expect(delegated.candidates().at(-1)?.usable).toBe(true);
  });

  it('are signed in to by the Console’s own program, where that is installed', async () => {
    expect((await delegated.views()).at(-1)?.nextStep).toContain('Install');
    expect((await open({ hasAnt: true }).views()).at(-1)?.nextStep).toBe('Run: ant auth login');
    profile('work', null);
    const [, view] = await open({ hasAnt: true }).views();
    expect(view?.nextStep).toContain('ant auth login --profile work');
  });
});

describe('logins of the unmodified program', () => {
  it('are candidates by the last look, each with its own folder, and carry whose they are', async () => {
    expect(delegated.candidates()).toMatchObject([{ usable: false, reason: 'not_signed_in' }]);
    world.put('login', signedInAs('me@example.org'));
    const folder = join(world.root, 'claude-code', 'work');
    mkdirSync(folder, { recursive: true });
    world.put('login', signedInAs('team@example.org'), folder);
    await delegated.refresh();

    expect(delegated.candidates().map(({ ref, usable }) => [ref.id, usable])).toEqual([
      ['claude_code:default', true],
      ['claude_code:work', true],
    ]);
    expect(delegated.runOf('claude_code:work')).toMatchObject({
      variables: {},
      home: { id: 'claude_code:work', configDir: folder, variable: folder },
      email: 'team@example.org',
    });
    expect(delegated.runOf('claude_code:default')?.home).toMatchObject({ variable: null });
    expect((await delegated.views()).map(({ label }) => label)).toEqual([
      'me@example.org',
      'team@example.org',
      'Console profile',
    ]);
    expect(delegated.runOf('claude_code:nobody')).toBeNull();
  });

  it('are none once their own date is past, though the program goes on calling them logins', async () => {
    const login = { ...JSON.parse(signedInAs('me@example.org')), loginExpiresAt: '2026-11-25T00:00:00Z' };
    world.put('login', JSON.stringify(login));
    await delegated.refresh();
    expect(delegated.candidates()[0]).toMatchObject({ usable: true });
    nowMs = Date.parse('2026-11-26T00:00:00Z');

    expect(delegated.candidates()[0]).toMatchObject({ usable: false, reason: 'reauthorization_required' });
    expect((await delegated.views())[0]).toMatchObject({ status: 'reauthorization_required' });
  });

  it('cool down after a refusal or at the end of the plan, and the views say how long', async () => {
    world.put('login', signedInAs('me@example.org'));
    await delegated.refresh();
    delegated.note('claude_code:default', { type: 'limit_reached', model: null, resetsAtMs: nowMs + 60_000 });

    expect(delegated.candidates()[0]).toMatchObject({
      usable: true,
      reason: 'plan_limit_reached',
      cooldownUntilMs: nowMs + 60_000,
      cooldownReason: 'usage_limit',
    });
    expect((await delegated.views())[0]).toMatchObject({
      status: 'cooling_down',
      cooldownUntil: '2026-11-24T12:01:00.000Z',
      reason: 'plan_limit_reached',
    });
    delegated.note('claude_code:default', { type: 'refused' });
    expect((await delegated.views())[0]).toMatchObject({ status: 'rejected' });
    delegated.note('nobody', { type: 'refused' });
  });

  it('end when a run of the program last said so, until a new sign-in', async () => {
    world.put('login', signedInAs('me@example.org'));
    await delegated.refresh();
    delegated.note('claude_code:default', { type: 'login_ends', atMs: nowMs + 1 });
    expect((await delegated.views())[0]).toMatchObject({
      status: 'active',
      expiresAt: '2026-11-24T12:00:00.001Z',
    });
    nowMs += 1;
    expect(delegated.candidates()[0]).toMatchObject({ usable: false, reason: 'reauthorization_required' });
    expect((await delegated.views())[0]).toMatchObject({ status: 'reauthorization_required' });
  });

  it('are not looked at in the sandbox', async () => {
    world.put('login', signedInAs('me@example.org'));
    profile('work', { expires_at: later });
    const sandboxed = open({ sandbox: true });
    await sandboxed.refresh();

    expect(sandboxed.candidates().filter(({ usable }) => usable)).toEqual([]);
    expect(await sandboxed.present()).toEqual({ claudeCode: false, consoleProfile: false });
    for (const view of await sandboxed.views()) expect(view.reason).toBe('not_in_sandbox');
    expect(world.read('looks')).toBe('');
  });
});
