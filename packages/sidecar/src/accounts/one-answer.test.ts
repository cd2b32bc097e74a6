import type { AuthStatus, CredentialView, Finding } from '@postern/contract';
import { defaultSettings } from '@postern/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeClock, SharedDirectory, StrictServer } from '../../test/support/access-token/fakes.ts';
import { type Move, walks } from '../../test/support/accounts/random-walks.ts';
import { noDelegatedSignIns } from '../../test/support/delegated/fake-sign-ins.ts';
import { createAccessTokens } from '../access-token/create-access-tokens.ts';
import { refreshDecision } from '../access-token/refresh-decision.ts';
import {
  absentSignIn,
  apply,
  type Candidate,
  nextRenewalAtMs,
  type SignIn,
  standingOf,
} from '../credentials/index.ts';
import { credentialFindings } from '../doctor/credential-findings.ts';
import type { OAuthClient } from '../oauth/index.ts';
import { createActiveCredential, createCooldowns, createSelection } from '../selection/index.ts';
import type { BeforeQuery } from '../selection/selection.ts';
import { authStatusOf } from './auth-status.ts';
import { createCredentialList } from './create-credential-list.ts';

/*
 * Whatever happens to a sign-in, and whenever it is looked at: status, list, doctor, choice, access token, refresh and renewal say
 * the same of it. Each part is the real one, over a store and a server in memory.
 */

const id = 'oauth:default';

const nothingSent = {
  reserve: () => ({ id: 'none', mostNano: 0, remainder: null, countsIn: null }),
  remainder: () => null,
  settle: () => undefined,
  release: () => undefined,
  leaveStanding: () => undefined,
  together: async <T>(work: () => T) => work(),
  flush: () => undefined,
};
/** Everything that says something of the sign-in, at one moment. */
interface Answers {
  readonly status: AuthStatus;
  readonly view: CredentialView;
  readonly finding: Finding | undefined;
  readonly candidate: Candidate;
  readonly choice: BeforeQuery;
  readonly active: AuthStatus['activeCredential'];
  readonly decision: ReturnType<typeof refreshDecision>;
  readonly renewalAtMs: number | null;
  /** The code with which an access token is refused, or null; whether the lock was asked for, and whether anything was sent. */
  readonly token: { readonly refusal: string | null; readonly locked: boolean; readonly sent: boolean };
}

/** One machine. `answers` looks at a copy of it: to ask for a token may change it. */
function machine() {
  const time = new FakeClock();
  const server = new StrictServer(time);
  const directory = new SharedDirectory();
  let document: unknown = null;
  const documents = {
    read: (name: string) => (name === 'cooldowns' ? document : null),
    update(_name: string, change: (current: unknown) => unknown) {
      document = change(document);
      return document;
    },
  };
  const log = (): void => undefined;
  const report = (): void => undefined;
  const { clock } = time;
  const cooldowns = createCooldowns({ documents, clock, log });
  const record = (): SignIn | undefined => directory.records.get(id);

  /** A process that has just been started. */
  const open = (on: SharedDirectory, oauth: OAuthClient) =>
    createAccessTokens({
      ...{ store: on.store, oauth, report, clock, log },
      schedule: time.schedule,
      random: () => 0.5,
    });

  return {
    time,
    record,
    async move(move: Move): Promise<void> {
      if (move.do === 'pass') time.nowMs += move.ms;
      else if (move.do === 'fact')
        await directory.store.signIns.update(id, (current) =>
          apply(current, move.fact(current, server, time.nowMs)),
        );
      else {
        const fingerprint = `v${record()?.version ?? 0}`;
        const untilMs = time.nowMs + move.ms;
        const cooldown = { untilMs, reason: 'usage_limit', code: 'plan_limit_reached' } as const;
        cooldowns.start({ id, fingerprint }, move.model, cooldown);
      }
    },
    async answers(): Promise<Answers> {
      const accessTokens = open(directory, server.client);
      const keys = { ids: () => [], read: async () => null, write: async () => undefined };
      const settings = { read: () => defaultSettings };
      const store = { signIns: directory.store.signIns, apiKeys: keys, documents };
      const selection = createSelection({
        ...{ accessTokens, cooldowns, store, settings, report, clock, log },
        delegated: noDelegatedSignIns,
        ledger: { calls: nothingSent, noteWindow: () => [], windows: () => [] },
        sandbox: false,
      });
      const list = createCredentialList({
        ...{ store, accessTokens, selection, settings, clock },
        oauth: { configured: true, provider: null },
        delegated: { views: async () => [] },
        sandbox: false,
        access: { linkedBilling: false, supplied: false },
      });
      const active = await createActiveCredential({ selection, clock }).read();
      const current = await accessTokens.current(id);
      const status = authStatusOf({
        record: current,
        ...{
          pending: null,
          signInError: null,
          provider: null,
          linkEndedAtMs: null,
          linkedBilling: false,
          fallbackAvailable: false,
        },
        activeCredential: active,
        store: { kind: 'memory', persisted: false, healthy: true, detail: '' },
        revocation: null,
        nowMs: time.nowMs,
      });
      const tryCredential = async () => ({ outcome: 'unknown', code: null }) as const;
      const findings = await credentialFindings({ credentials: list, gateway: { tryCredential } }, false);
      const [candidate] = await selection.candidates();
      const view = (await list.views()).find((each) => each.kind === 'oauth');
      if (candidate === undefined || view === undefined) throw new Error('the sign-in is not listed');

      const copy = new SharedDirectory();
      for (const [name, each] of directory.records) copy.records.set(name, each);
      let sent = false;
      const refresh = async () => {
        sent = true;
        return server.grant();
      };
      const refusal = await open(copy, { ...server.client, refresh })
        .get(id)
        .then(
          () => null,
          (error: unknown) => String((error as { readonly code?: string }).code),
        );
      return {
        ...{ status, view, candidate, active },
        finding: findings.find(({ code }) => code === 'credential_oauth'),
        choice: await selection.choose({ dryRun: true }),
        decision: refreshDecision(current, current.version, 'due', false, time.nowMs),
        renewalAtMs: nextRenewalAtMs(current, time.nowMs),
        token: { refusal, locked: copy.locks > 0, sent },
      };
    },
  };
}

/** Throws where two of the answers contradict each other. */
function compare(answers: Answers, nowMs: number): void {
  const { status, view, finding, candidate, choice, active, decision, renewalAtMs, token } = answers;
  const isCooling = candidate.cooldownUntilMs !== null && candidate.cooldownUntilMs > nowMs;
  const pays = 'credential' in choice;
  expect(active === null).toBe(!pays);
  expect(view.cooldownUntil).toBe(isCooling ? new Date(candidate.cooldownUntilMs).toISOString() : null);

  if (status.state === 'signed_out' || status.state === 'reauthorization_required') {
    const [code, listed] =
      status.state === 'signed_out'
        ? (['not_signed_in', 'absent'] as const)
        : (['reauthorization_required', 'reauthorization_required'] as const);
    expect(candidate).toMatchObject({ usable: false, reason: code, cooldownUntilMs: null });
    expect(choice).toEqual({ code, retryAtMs: null });
    expect(view.status).toBe(listed);
    expect(finding?.level).toBe(listed === 'absent' ? 'notice' : 'problem');
    // Known from what is stored, without the lock and without the server.
    expect(token).toEqual({ refusal: code, locked: false, sent: false });
    expect(decision).toEqual({ do: 'stop', why: code });
    expect(renewalAtMs).toBeNull();
    expect(status).toMatchObject({ connected: false, refreshable: false });
    return;
  }

  expect(finding?.level).not.toBe('problem');
  expect(['active', 'rejected', 'cooling_down']).toContain(view.status);
  expect(view.status === 'cooling_down').toBe(isCooling);
  expect(pays).toBe(candidate.usable && !isCooling);
  // What can be renewed is renewed by itself; what cannot is left alone until it ends.
  expect(renewalAtMs !== null).toBe(status.refreshable);
  if (!status.refreshable) expect(decision).toEqual({ do: 'stop', why: 'not_refreshable' });
  if (decision.do === 'back_off') expect(renewalAtMs).toBeGreaterThanOrEqual(decision.retryAtMs);
  if (candidate.usable) expect(token.refusal).toBeNull();
  else {
    // A refresh failed and holds up the only way on.
    expect(['refresh_failing', 'misconfigured']).toContain(status.state);
    expect(decision).toEqual({ do: 'back_off', retryAtMs: candidate.cooldownUntilMs });
    expect([null, candidate.reason]).toContain(token.refusal);
  }
}

it('status, list, doctor, choice, access token, refresh and renewal never disagree about a sign-in', async () => {
  await fc.assert(
    fc.asyncProperty(walks, async (moves) => {
      const { time, move, answers } = machine();
      for (const each of moves) {
        await move(each);
        compare(await answers(), time.nowMs);
      }
    }),
    { numRuns: 200 },
  );
});

it('the walks reach every state', async () => {
  const states = new Set<string>();
  for (const moves of fc.sample(walks, { numRuns: 500, seed: 1 })) {
    const { time, move, record } = machine();
    for (const each of moves) {
      await move(each);
      const { state, usable } = standingOf(record() ?? absentSignIn(0), time.nowMs);
      states.add(`${state} ${usable}`);
    }
  }
  expect([...states].toSorted()).toEqual([
    'misconfigured false',
    'misconfigured true',
    'reauthorization_required false',
    'refresh_failing false',
    'refresh_failing true',
    'signed_in true',
    'signed_out false',
  ]);
});
