import { apply, type Clock, type RefreshIntent, type SignIn, type Tokens } from '../credentials/index.ts';
import {
  InvalidRequestError,
  OAuthResponseError,
  ReauthorizationRequiredError,
  TransientError,
} from '../errors/index.ts';
import type { OAuthClient, TokenGrant } from '../oauth/index.ts';
import type { RefreshFailureCode, RefreshWish } from './access-tokens.ts';
import { failedAttempt } from './back-off.ts';
import type { HeldRecords } from './held-records.ts';
import { refreshDecision } from './refresh-decision.ts';
import type { TriesOutsideBackOff } from './tries-outside-back-off.ts';

/** Steps at which a crash must do no harm; the tests end the process at each. */
export type RefreshStep = 'locked' | 'intent_written' | 'answered' | 'stored';

export interface RefreshDeps {
  readonly records: HeldRecords;
  readonly oauth: OAuthClient;
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tries: TriesOutsideBackOff;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly onStep?: (step: RefreshStep) => void;
}

/**
 * One refresh of one credential: steps 3 to 11 of the algorithm (design, section 5), under the lock.
 * Gives the record to serve from. Throws as `AccessTokens.get`.
 */
export function refresh(deps: RefreshDeps, id: string, asked: SignIn, wish: RefreshWish): Promise<SignIn> {
  return deps.exclusively(async () => {
    deps.onStep?.('locked');
    const record = await deps.records.reread(id);
    refuseForeign(deps.oauth, record);
    const hadItsTry = deps.tries.has(id, wish, record.failedAttempt, deps.clock());
    const decision = refreshDecision(record, asked.version, wish, hadItsTry, deps.clock());
    switch (decision.do) {
      case 'adopt':
        return record;
      case 'stop':
        throw decision.why === 'not_signed_in'
          ? new InvalidRequestError('not_signed_in')
          : new ReauthorizationRequiredError('reauthorization_required');
      case 'rest':
        throw restError(record, decision.retryAtMs);
      case 'uncertain':
        throw new TransientError('refresh_uncertain', {
          sent: false,
          retryAtMs: record.tokens?.expiresAtMs ?? null,
        });
      case 'send':
        if (!deps.records.isSaved(id)) {
          // Step 6: no second rotation before the first is safe.
          throw new TransientError('refresh_unavailable', { sent: false, retryAtMs: deps.clock() + 5_000 });
        }
        return await send(deps, id, record, wish, decision.late);
    }
  });
}

async function send(
  deps: RefreshDeps,
  id: string,
  before: SignIn,
  wish: RefreshWish,
  late: boolean,
): Promise<SignIn> {
  const { tokens, version } = before;
  if (tokens === null || tokens.refreshToken === null)
    throw new ReauthorizationRequiredError('reauthorization_required');
  const intent: RefreshIntent = {
    refreshTokenFingerprint: tokens.refreshToken.fingerprint(),
    atMs: deps.clock(),
    unanswered: false,
    triedLate: late,
  };
  deps.tries.note(id, wish, before.failedAttempt, deps.clock());
  // Where the intent cannot be written, the StoreError ends it here: nothing is sent.
  const intended = await deps.records.change(id, (current) =>
    current.version === version && current.status !== 'absent' ? { ...current, intent } : current,
  );
  if (intended.version !== version) return intended;
  deps.onStep?.('intent_written');
  let grant: TokenGrant;
  try {
    grant = await deps.oauth.refresh(tokens);
  } catch (error) {
    return await settleFailure(deps, id, { before, tokens, intent, wish, late }, error);
  }
  deps.onStep?.('answered');
  const stored = await deps.records.changeSurely(id, (current) =>
    apply(current, { type: 'tokens_refreshed', version, tokens: grant.tokens, account: grant.account }),
  );
  if (stored.tokens?.accessToken.fingerprint() !== grant.tokens.accessToken.fingerprint()) {
    // Signed out, or signed in anew, meanwhile: what came late must not live on.
    await revokeLate(deps, grant);
  }
  deps.onStep?.('stored');
  deps.tries.forget(id);
  return stored;
}

interface Attempt {
  readonly before: SignIn;
  readonly tokens: Tokens;
  readonly intent: RefreshIntent;
  readonly wish: RefreshWish;
  readonly late: boolean;
}

async function settleFailure(
  deps: RefreshDeps,
  id: string,
  attempt: Attempt,
  error: unknown,
): Promise<SignIn> {
  const { version } = attempt.before;
  const refused = error instanceof ReauthorizationRequiredError;
  const lostAgain = attempt.late && error instanceof TransientError && error.code === 'refresh_uncertain';
  if (refused || lostAgain) {
    const after = await deps.records.changeSurely(id, (current) =>
      apply(current, { type: 'refresh_rejected', version, interrupted: attempt.late }),
    );
    if (after.version > version && after.status === 'active') return after;
    throw refused ? error : new ReauthorizationRequiredError('reauthorization_required');
  }
  if (!(error instanceof TransientError) && !(error instanceof OAuthResponseError)) {
    // Not of our making: unknown means possibly sent.
    await noteFailure(deps, id, attempt, 'refresh_uncertain', null);
    throw error;
  }
  const code = failureCode(error);
  await noteFailure(deps, id, attempt, code, error instanceof TransientError ? error.retryAtMs : null);
  throw code === 'misconfigured' || error instanceof OAuthResponseError
    ? error
    : restError(deps.records.peek(id) ?? attempt.before, deps.clock());
}

async function noteFailure(
  deps: RefreshDeps,
  id: string,
  { before, tokens, intent, wish, late }: Attempt,
  code: RefreshFailureCode,
  retryAtMs: number | null,
): Promise<void> {
  const remembered = failedAttempt({
    code,
    wish,
    previous: before.failedAttempt,
    retryAtMs,
    endOfTokenMs: tokens.expiresAtMs,
    nowMs: deps.clock(),
    random: deps.random(),
  });
  const { version } = before;
  if (code === 'misconfigured') {
    await deps.records.changeSurely(id, (current) =>
      apply(current, { type: 'refresh_misconfigured', version, attempt: remembered }),
    );
    return;
  }
  // A late try that was answered without spending the token leaves it possibly spent, as it was before.
  const left =
    code === 'refresh_uncertain' || late ? { ...intent, unanswered: true, triedLate: false } : null;
  await deps.records.changeSurely(id, (current) =>
    apply(current, { type: 'refresh_failed', version, attempt: remembered, intent: left }),
  );
}

function failureCode(error: TransientError | OAuthResponseError): RefreshFailureCode {
  if (error instanceof OAuthResponseError) return 'misconfigured';
  return error.code === 'refresh_uncertain' ? 'refresh_uncertain' : 'refresh_unavailable';
}

function restError(record: SignIn, retryAtMs: number): Error {
  const attempt = record.failedAttempt;
  if (attempt?.code === 'misconfigured') return new OAuthResponseError('misconfigured', null);
  const code = attempt?.code === 'refresh_uncertain' ? 'refresh_uncertain' : 'refresh_unavailable';
  return new TransientError(code, { sent: false, retryAtMs: attempt?.retryAtMs ?? retryAtMs });
}

/** A record of another issuer or client is never sent to this one (faults, F29). */
function refuseForeign(oauth: OAuthClient, record: SignIn): void {
  if (record.status !== 'absent' && record.issuer !== oauth.issuer)
    throw new InvalidRequestError('not_signed_in', 'The stored sign-in belongs to another sign-in server.');
}

async function revokeLate(deps: RefreshDeps, grant: TokenGrant): Promise<void> {
  const { refreshToken, accessToken } = grant.tokens;
  try {
    await (refreshToken === null
      ? deps.oauth.revoke(accessToken, 'access_token')
      : deps.oauth.revoke(refreshToken, 'refresh_token'));
  } catch (error) {
    deps.log(`late tokens could not be revoked: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}
