import {
  absentSignIn,
  apply,
  type Clock,
  freshness,
  isOverAtServer,
  type Report,
  revocableTokens,
  type SignIn,
  standingOf,
  type Tokens,
} from '../credentials/index.ts';
import {
  Failure,
  InvalidRequestError,
  ReauthorizationRequiredError,
  TransientError,
} from '../errors/index.ts';
import type { OAuthClient } from '../oauth/index.ts';
import type { Store } from '../store/index.ts';
import type { AccessTokens, RefreshTrigger, Schedule, UsableToken } from './access-tokens.ts';
import { createBackoffBypass } from './backoff-bypass.ts';
import { matchesClient } from './matches-client.ts';
import { type RefreshStep, refresh } from './refresh.ts';
import { createRenewal } from './renewal.ts';
import { revokeOrphanedTokens } from './revoke-orphaned-tokens.ts';
import { createSignInCache } from './sign-in-cache.ts';
import { createTickCache } from './tick-cache.ts';

/** An accepted call is written down again after this long; more often would be a disk write a request. */
const acceptedAgainAfterMs = 3_600_000;
/** A sign-out waits this long for a refresh that is under way, to take what it brings along; then it goes first. */
const signOutWaitsMs = 5_000;

export interface AccessTokensDeps {
  // Stores
  readonly store: Pick<Store, 'signIns' | 'exclusively'>;
  // Services
  readonly oauth: OAuthClient;
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  // Ports with an obvious default
  readonly random?: () => number;
  readonly schedule?: Schedule;
  /** Called at each step of a refresh; the crash tests end the process there. */
  readonly onStep?: (step: RefreshStep) => void;
}

/** The module's main export: usable access tokens of every stored sign-in. */
export function createAccessTokens(deps: AccessTokensDeps): AccessTokens {
  const { clock, log, oauth, store } = deps;
  const random = deps.random ?? Math.random;
  const schedule = deps.schedule ?? scheduleUnreferenced;
  const records = createSignInCache({
    signIns: store.signIns,
    report: deps.report,
    schedule,
    onNewVersion: () => renewal.reconsider(),
    onOrphaned: (tokens) => void revokeOrphanedTokens({ oauth, log }, tokens),
    log,
  });
  const tries = createBackoffBypass();
  /** Answers from tokens that were looked up and found fresh in this turn of the event loop: half a life or ten minutes are left to each. */
  const answers = createTickCache<{ readonly record: SignIn; readonly answer: Promise<UsableToken> }>();
  const refreshes = new Map<string, { readonly version: number; readonly done: Promise<SignIn> }>();
  const inFlight = new Set<Promise<SignIn>>();
  const renewal = createRenewal({
    records: () => records.all().filter(([, record]) => matchesClient(record, oauth)),
    renew: renewQuietly,
    schedule,
    clock,
    random,
  });

  /** One refresh per credential and version: concurrent callers share its outcome. */
  function refreshOnce(id: string, asked: SignIn, trigger: RefreshTrigger): Promise<SignIn> {
    const under = refreshes.get(id);
    if (under !== undefined && under.version === asked.version) return under.done;
    const done = refresh(
      {
        records,
        oauth,
        tries,
        clock,
        random,
        log,
        exclusively: (work) => store.exclusively(work),
        ...(deps.onStep === undefined ? {} : { onStep: deps.onStep }),
      },
      id,
      asked,
      trigger,
    ).finally(() => {
      inFlight.delete(done);
      if (refreshes.get(id)?.done === done) refreshes.delete(id);
      renewal.reconsider();
    });
    refreshes.set(id, { version: asked.version, done });
    inFlight.add(done);
    return done;
  }

  /** `asked` is the record that was found due: where another process was faster, its outcome is adopted. */
  async function renewQuietly(id: string, asked: SignIn): Promise<void> {
    try {
      await refreshOnce(id, asked, 'due');
    } catch (error) {
      log(`renewing ${id}: ${error instanceof Failure ? error.code : 'unexpected failure'}`);
    }
  }

  async function signedIn(id: string): Promise<SignIn> {
    // Looked up each time: another process may have signed out, signed in or refreshed since.
    const record = await records.current(id);
    refuseUnusable(record);
    return record;
  }

  function refuseUnusable(record: SignIn): void {
    const { state } = standingOf(record, clock());
    if (state === 'signed_out') throw new InvalidRequestError('not_signed_in');
    if (!matchesClient(record, oauth))
      throw new InvalidRequestError(
        'not_signed_in',
        'The stored sign-in belongs to another sign-in server than the configured one.',
      );
    if (state === 'reauthorization_required')
      throw new ReauthorizationRequiredError('reauthorization_required');
  }

  /** Refreshes first; where that fails, the old token serves as long as it is not known to be dead. */
  async function refreshFirst(id: string, record: SignIn, trigger: RefreshTrigger): Promise<SignIn> {
    try {
      return await refreshOnce(id, record, trigger);
    } catch (error) {
      const after = records.cached(id) ?? record;
      if (standingOf(after, clock()).serves) return after;
      throw error;
    }
  }

  /** Not an async function: allocating a promise per call would cost more than the whole fast path. */
  function get(id: string, options?: { readonly rejectedVersion?: number }): Promise<UsableToken> {
    const rejectedVersion = options?.rejectedVersion;
    const known = rejectedVersion === undefined ? answers.get(id) : undefined;
    // What this process did since is in the copy it holds.
    if (known !== undefined && records.cached(id) === known.record) return known.answer;
    return lookUp(id, rejectedVersion);
  }

  async function lookUp(id: string, rejectedVersion: number | undefined): Promise<UsableToken> {
    let record = await signedIn(id);
    if (rejectedVersion !== undefined && record.version === rejectedVersion) {
      record = await records.updateOrQueue(id, (current) =>
        apply(current, { type: 'access_token_rejected', version: rejectedVersion }),
      );
      refuseUnusable(record);
    }
    if (record.status === 'rejected') return usable(id, await refreshFirst(id, record, 'rejected'));
    if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
    switch (freshness(record.tokens, clock())) {
      case 'fresh': {
        const answer = usable(id, record);
        answers.set(id, { record, answer: Promise.resolve(answer) });
        return answer;
      }
      case 'expiring':
        if (record.tokens.refreshToken !== null) void renewQuietly(id, record);
        return usable(id, record);
      case 'expired':
        // What cannot be renewed serves to its very end.
        if (record.tokens.refreshToken === null) return usable(id, record);
        return usable(id, await refreshFirst(id, record, 'due'));
    }
  }

  /** A sign-in of another client counts as absent. Without one, the keychain is not opened. */
  async function current(id: string): Promise<SignIn> {
    if (records.cached(id) === null && !store.signIns.ids().includes(id)) return absentSignIn(0);
    const record = await records.current(id);
    return matchesClient(record, oauth) ? record : absentSignIn(record.version);
  }

  function revocable(record: SignIn): Tokens | null {
    return matchesClient(record, oauth) ? revocableTokens(record, clock()) : null;
  }

  return {
    get,
    async getValidFor(id, minValidSeconds) {
      const token = await get(id);
      const record = await records.current(id);
      if (record.tokens === null || token.expiresAtMs - clock() >= minValidSeconds * 1000) return token;
      const granted = record.tokens.expiresAtMs - record.tokens.issuedAtMs;
      const never = granted < minValidSeconds * 1000;
      if (never && freshness(record.tokens, clock()) === 'fresh') return token;
      if (record.tokens.refreshToken === null) return token;
      return usable(id, await refreshOnce(id, record, 'due'));
    },
    async refreshNow(id) {
      const record = await signedIn(id);
      // It has not ended: there is only nothing to renew it with.
      if (record.tokens?.refreshToken === null) throw new InvalidRequestError('not_renewable');
      return await refreshOnce(id, record, 'person');
    },
    current,
    async issue(id, grant, issuer, clientId) {
      const { tokens, account } = grant;
      const record = await records.change(id, (current) =>
        apply(current, { type: 'tokens_issued', tokens, issuer, clientId, account }),
      );
      tries.forget(id);
      renewal.reconsider();
      return record;
    },
    async revocable(id) {
      const record = await current(id);
      const tokens = revocable(record);
      return tokens === null ? null : { version: record.version, tokens };
    },
    async end(id, options) {
      let removed = absentSignIn(0);
      const remove = (): Promise<SignIn> =>
        records.change(id, (stored) => {
          if (options?.version !== undefined && options.version !== stored.version) return stored;
          removed = stored;
          return apply(stored, { type: 'signed_out' });
        });
      try {
        if (options?.lockHeld === true) await remove();
        else await store.exclusively(remove, { timeoutMs: signOutWaitsMs });
      } catch (error) {
        // Don't block sign-out on a suspended lock holder. The version check discards tokens it stores later, and they are revoked.
        if (!(error instanceof TransientError)) throw error;
        await remove();
      }
      tries.forget(id);
      renewal.reconsider();
      return {
        wasSignedIn: removed.status !== 'absent',
        removed: revocable(removed),
        isOver: isOverAtServer(removed, clock()),
      };
    },
    async noteAccount(id, version, account) {
      await records.change(id, (stored) => apply(stored, { type: 'account_named', version, account }));
    },
    async noteAccepted(id, version) {
      const record = await current(id);
      const ageMs = clock() - (record.acceptedAtMs ?? Number.NEGATIVE_INFINITY);
      // Below zero where the clock was set back since.
      const known = ageMs >= 0 && ageMs < acceptedAgainAfterMs;
      if (record.version !== version || (known && record.cooldown === null)) return;
      await records.change(id, (stored) =>
        apply(stored, { type: 'access_token_accepted', version, atMs: clock() }),
      );
    },
    async noteRejectedAgain(id, version) {
      await records.updateOrQueue(id, (current) =>
        apply(current, { type: 'access_token_rejected_again', version, atMs: clock() }),
      );
    },
    isRefreshing: (id) => refreshes.has(id),
    isSaved: (id) => records.isSaved(id),
    startRenewal() {
      tries.markLongLived();
      const ids = store.signIns.ids();
      void Promise.allSettled(ids.map((id) => records.current(id))).then(() => renewal.start());
    },
    async close() {
      renewal.close();
      await Promise.allSettled([...inFlight]);
      await records.close();
    },
  };
}

function usable(credentialId: string, record: SignIn): UsableToken {
  if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
  const { accessToken, expiresAtMs, proofKey, scopes } = record.tokens;
  return { credentialId, accessToken, version: record.version, expiresAtMs, scopes, proofKey };
}

function scheduleUnreferenced(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.max(0, delayMs)).unref();
  return () => clearTimeout(timer);
}
