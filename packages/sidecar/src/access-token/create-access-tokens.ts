import {
  absentSignIn,
  apply,
  type Clock,
  freshness,
  type Report,
  type SignIn,
} from '../credentials/index.ts';
import { Failure, InvalidRequestError, ReauthorizationRequiredError } from '../errors/index.ts';
import type { OAuthClient } from '../oauth/index.ts';
import type { Store } from '../store/index.ts';
import type { AccessTokens, RefreshWish, Schedule, UsableToken } from './access-tokens.ts';
import { createHeldRecords } from './held-records.ts';
import { type RefreshStep, refresh } from './refresh.ts';
import { createRenewal } from './renewal.ts';
import { createTriesOutsideBackOff } from './tries-outside-back-off.ts';

/** An accepted call is written down again after this long; more often would be a disk write a request. */
const acceptedAgainAfterMs = 3_600_000;

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

/** The room's main export: usable access tokens of every stored sign-in. */
export function createAccessTokens(deps: AccessTokensDeps): AccessTokens {
  const { clock, log, oauth, store } = deps;
  const random = deps.random ?? Math.random;
  const schedule = deps.schedule ?? scheduleUnreferenced;
  const records = createHeldRecords({ signIns: store.signIns, report: deps.report, schedule, log });
  const tries = createTriesOutsideBackOff();
  const flights = new Map<string, { readonly version: number; readonly done: Promise<SignIn> }>();
  const renewal = createRenewal({
    records: () =>
      store.signIns.ids().flatMap((id) => {
        const record = records.peek(id);
        return record === null ? [] : [[id, record] as const];
      }),
    renew: (id) => renewQuietly(id),
    schedule,
    clock,
    random,
  });

  /** One flight per credential and version: whoever asks while it is under way gets its outcome. */
  function fly(id: string, asked: SignIn, wish: RefreshWish): Promise<SignIn> {
    const under = flights.get(id);
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
      wish,
    ).finally(() => {
      if (flights.get(id)?.done === done) flights.delete(id);
      renewal.reconsider();
    });
    flights.set(id, { version: asked.version, done });
    return done;
  }

  async function renewQuietly(id: string): Promise<void> {
    try {
      await fly(id, await records.current(id), 'due');
    } catch (error) {
      log(`renewing ${id}: ${error instanceof Failure ? error.code : 'unexpected failure'}`);
    }
  }

  async function signedIn(id: string): Promise<SignIn> {
    let record = records.peek(id);
    // What ended a sign-in here may have been mended by another process: look again.
    if (record === null || record.status === 'absent') record = await records.current(id);
    else if (record.status === 'reauthorization_required') record = await records.reread(id);
    refuseUnusable(record);
    return record;
  }

  function refuseUnusable(record: SignIn): void {
    if (record.status === 'absent' || record.tokens === null) throw new InvalidRequestError('not_signed_in');
    if (record.issuer !== oauth.issuer)
      throw new InvalidRequestError(
        'not_signed_in',
        'The stored sign-in belongs to another sign-in server than the configured one.',
      );
    if (record.status === 'reauthorization_required')
      throw new ReauthorizationRequiredError('reauthorization_required');
  }

  /** Refreshes first; where that fails, the old token serves as long as it is not known to be dead. */
  async function refreshFirst(id: string, record: SignIn, wish: RefreshWish): Promise<SignIn> {
    try {
      return await fly(id, record, wish);
    } catch (error) {
      const after = records.peek(id) ?? record;
      if (after.status === 'active' && after.tokens !== null && clock() < after.tokens.expiresAtMs)
        return after;
      throw error;
    }
  }

  async function get(id: string, options: { readonly rejectedVersion?: number } = {}): Promise<UsableToken> {
    let record = await signedIn(id);
    const { rejectedVersion } = options;
    if (rejectedVersion !== undefined && record.version === rejectedVersion) {
      record = await records.changeSurely(id, (current) =>
        apply(current, { type: 'access_token_rejected', version: rejectedVersion }),
      );
      refuseUnusable(record);
    }
    if (record.status === 'rejected') return usable(id, await refreshFirst(id, record, 'rejected'));
    if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
    switch (freshness(record.tokens, clock())) {
      case 'fresh':
        return usable(id, record);
      case 'expiring':
        if (record.tokens.refreshToken !== null) void renewQuietly(id);
        return usable(id, record);
      case 'expired':
        return usable(id, await refreshFirst(id, record, 'due'));
    }
  }

  async function storedOrAbsent(id: string): Promise<SignIn> {
    return (
      records.peek(id) ?? (store.signIns.ids().includes(id) ? await records.current(id) : absentSignIn(0))
    );
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
      return usable(id, await refreshFirst(id, record, 'due'));
    },
    async refreshNow(id) {
      return await fly(id, await signedIn(id), 'person');
    },
    current: storedOrAbsent,
    async issue(id, grant, issuer, clientId) {
      let replaced = absentSignIn(0);
      const record = await records.change(id, (current) => {
        replaced = current;
        return apply(current, {
          type: 'tokens_issued',
          tokens: grant.tokens,
          issuer,
          clientId,
          account: grant.account,
        });
      });
      tries.forget(id);
      renewal.reconsider();
      return { record, replaced: replaced.tokens };
    },
    async end(id) {
      let removed = absentSignIn(0);
      await records.change(id, (current) => {
        removed = current;
        return apply(current, { type: 'signed_out' });
      });
      tries.forget(id);
      renewal.reconsider();
      return { removed: removed.tokens };
    },
    async noteAccepted(id, version) {
      const record = await storedOrAbsent(id);
      const known = record.acceptedAtMs !== null && clock() - record.acceptedAtMs < acceptedAgainAfterMs;
      if (record.version !== version || (known && record.cooldown === null)) return;
      await records.change(id, (current) =>
        apply(current, { type: 'access_token_accepted', version, atMs: clock() }),
      );
    },
    async noteRejectedAgain(id, version) {
      await records.changeSurely(id, (current) =>
        apply(current, { type: 'access_token_rejected_again', version, atMs: clock() }),
      );
    },
    isRefreshing: (id) => flights.has(id),
    isSaved: (id) => records.isSaved(id),
    startRenewal() {
      const ids = store.signIns.ids();
      void Promise.allSettled(ids.map((id) => records.current(id))).then(() => renewal.start());
    },
    async close() {
      renewal.close();
      await Promise.allSettled([...flights.values()].map((flight) => flight.done));
      records.close();
    },
  };
}

function usable(credentialId: string, record: SignIn): UsableToken {
  if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
  const { accessToken, expiresAtMs, scopes } = record.tokens;
  return { credentialId, accessToken, version: record.version, expiresAtMs, scopes };
}

function scheduleUnreferenced(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.max(0, delayMs)).unref();
  return () => clearTimeout(timer);
}
