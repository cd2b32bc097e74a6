import {
  absentSignIn,
  apply,
  backoffUntilMs,
  type Clock,
  type Fact,
  firstIdOf,
  freshness,
  type Report,
  type SignIn,
  standingOf,
  type Tokens,
} from '../credentials/index.ts';
import { Failure, InvalidRequestError, TransientError } from '../errors/index.ts';
import { type ProgramEnvironment, readSecretSource, type SecretSource } from '../oauth/index.ts';
import { Secret } from '../secret/index.ts';
import type { Store } from '../store/index.ts';
import type { AccessTokens, RefreshTrigger, UsableToken } from './access-tokens.ts';
import { failedAttempt } from './back-off.ts';
import { credentialChange } from './credential-change.ts';
import { readSuppliedToken, UnusableSuppliedToken } from './read-supplied-token.ts';

export interface SuppliedTokensDeps {
  readonly source: SecretSource;
  readonly environment: ProgramEnvironment;
  readonly store: Pick<Store, 'exclusively'>;
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** 0 to 1. */
  readonly random?: () => number;
}

const id = firstIdOf('oauth');

/**
 * Access tokens that a program or a file of the operator gives and another program renews. Asked for again before they end and once
 * after a 401, by one process at a time, and held in memory only.
 */
export function createSuppliedTokens(deps: SuppliedTokensDeps): AccessTokens {
  const { clock, log } = deps;
  const random = deps.random ?? Math.random;
  let record: SignIn = { ...absentSignIn(0), supplied: true };
  let asking: Promise<SignIn> | null = null;
  /** Why the source gave none the last time. */
  let lastReason = 'it gave none before';

  function hold(next: SignIn): SignIn {
    const news = credentialChange(record, next);
    record = next;
    if (news !== null) deps.report({ type: 'credential_changed', kind: 'oauth', ...news });
    return record;
  }

  /** One question at a time, in this process and across them: a source may well be a program that renews something itself. */
  function ask(trigger: RefreshTrigger): Promise<SignIn> {
    asking ??= deps.store
      .exclusively(() => askOnce(trigger))
      .finally(() => {
        asking = null;
      });
    return asking;
  }

  async function askOnce(trigger: RefreshTrigger): Promise<SignIn> {
    const read = await readSecretSource(deps.source, deps.environment);
    if (!read.ok) return fail(trigger, read.reason);
    let tokens: Tokens;
    try {
      tokens = readSuppliedToken(read.text, clock());
    } catch (error) {
      if (!(error instanceof UnusableSuppliedToken)) throw error;
      return fail(trigger, error.message);
    }
    const isSame = record.tokens?.accessToken.fingerprint() === tokens.accessToken.fingerprint();
    if (isSame && record.status === 'rejected')
      return fail(trigger, 'it gave the token again that the service rejected');
    // The version is the token's own, so that every process calls the same token by the same number.
    const version = versionOf(tokens.accessToken);
    return hold({
      ...record,
      version,
      status: 'active',
      tokens,
      failedAttempt: null,
      acceptedAtMs: isSame ? record.acceptedAtMs : null,
      cooldown: isSame ? record.cooldown : null,
    });
  }

  function fail(trigger: RefreshTrigger, reason: string): never {
    const nowMs = clock();
    log(`the access token could not be obtained: ${reason}`);
    lastReason = reason;
    const attempt = failedAttempt({
      code: 'token_source_unavailable',
      trigger,
      previous: record.failedAttempt,
      retryAtMs: null,
      endOfTokenMs: record.tokens?.expiresAtMs ?? nowMs,
      nowMs,
      random: random(),
      refused: false,
    });
    // There is a source, so there is a credential: one whose token has ended.
    const status = record.status === 'absent' ? 'active' : record.status;
    hold({ ...record, status, tokens: record.tokens ?? noTokens(nowMs), failedAttempt: attempt });
    throw unavailable(reason, attempt.retryAtMs);
  }

  function unavailable(reason: string, retryAtMs: number | null): TransientError {
    return new TransientError('refresh_unavailable', {
      sent: false,
      retryAtMs,
      detail: `The operator’s source gave no access token: ${reason}.`,
    });
  }

  async function askQuietly(trigger: RefreshTrigger): Promise<void> {
    try {
      await ask(trigger);
    } catch (error) {
      if (!(error instanceof Failure)) log('asking for an access token: unexpected failure');
    }
  }

  /** Asks unless a back-off runs; meanwhile, and where it fails, the old token serves to its end. */
  async function askFirst(trigger: RefreshTrigger): Promise<SignIn> {
    const retryAtMs = backoffUntilMs(record.failedAttempt, clock());
    if (retryAtMs !== null && trigger !== 'person') {
      if (standingOf(record, clock()).serves) return record;
      throw unavailable(`${lastReason}; asking again is paused for a moment`, retryAtMs);
    }
    try {
      return await ask(trigger);
    } catch (error) {
      if (standingOf(record, clock()).serves) return record;
      throw error;
    }
  }

  async function get(
    credentialId: string,
    options?: { readonly rejectedVersion?: number },
  ): Promise<UsableToken> {
    if (credentialId !== id) throw new InvalidRequestError('not_signed_in');
    const rejected = options?.rejectedVersion;
    if (rejected !== undefined && rejected === record.version)
      note({ type: 'access_token_rejected', version: rejected });
    if (record.tokens === null || record.status === 'rejected')
      return usable(await askFirst(record.status === 'rejected' ? 'rejected' : 'due'));
    switch (freshness(record.tokens, clock())) {
      case 'fresh':
        return usable(record);
      case 'expiring':
        if (backoffUntilMs(record.failedAttempt, clock()) === null) void askQuietly('due');
        return usable(record);
      case 'expired':
        return usable(await askFirst('due'));
    }
  }

  function note(fact: Fact): void {
    hold(apply(record, fact));
  }

  const elsewhere = (): Promise<never> => Promise.reject(new InvalidRequestError('supplied_by_operator'));
  return {
    get,
    async getValidFor(credentialId, minValidSeconds) {
      const token = await get(credentialId);
      return token.expiresAtMs - clock() >= minValidSeconds * 1000 ? token : usable(await askFirst('person'));
    },
    async refreshNow(credentialId) {
      if (credentialId !== id) throw new InvalidRequestError('not_signed_in');
      return await ask('person');
    },
    async current(credentialId) {
      if (credentialId !== id) return absentSignIn(0);
      if (record.tokens === null) await askQuietly('due');
      return record;
    },
    issue: elsewhere,
    revocable: async () => null,
    end: elsewhere,
    noteAccount: async () => undefined,
    async noteAccepted(_, version) {
      note({ type: 'access_token_accepted', version, atMs: clock() });
    },
    async noteRejectedAgain(_, version) {
      note({ type: 'access_token_rejected_again', version, atMs: clock() });
    },
    isRefreshing: () => asking !== null,
    isSaved: () => true,
    startRenewal: () => void askQuietly('due'),
    async close() {
      await asking?.catch(() => undefined);
    },
  };
}

function usable({ tokens, version }: SignIn): UsableToken {
  if (tokens === null) throw new InvalidRequestError('not_signed_in');
  const { accessToken, expiresAtMs, scopes } = tokens;
  return { credentialId: id, accessToken, version, expiresAtMs, scopes };
}

/** 48 bits of the token's fingerprint: a whole number that JSON and SQLite carry. */
function versionOf(token: Secret): number {
  return Number.parseInt(token.fingerprint().slice(0, 12), 16);
}

/** Stands for a token that never came; it has ended, so it is never sent. */
function noTokens(nowMs: number): Tokens {
  return {
    accessToken: new Secret(''),
    refreshToken: null,
    tokenType: 'Bearer',
    scopes: [],
    issuedAtMs: nowMs - 1,
    expiresAtMs: nowMs,
    loginEndsAtMs: null,
  };
}
