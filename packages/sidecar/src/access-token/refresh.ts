import { apply, type Clock, type RefreshIntent, type SignIn, type Tokens } from '../credentials/index.ts';
import {
  InvalidRequestError,
  OAuthResponseError,
  ReauthorizationRequiredError,
  TransientError,
} from '../errors/index.ts';
import type { OAuthClient, TokenGrant } from '../oauth/index.ts';
import type { RefreshFailureCode, RefreshTrigger } from './access-tokens.ts';
import { failedAttempt } from './back-off.ts';
import type { BackoffBypass } from './backoff-bypass.ts';
import { matchesClient } from './matches-client.ts';
import { refreshDecision } from './refresh-decision.ts';
import { revokeOrphanedTokens } from './revoke-orphaned-tokens.ts';
import type { SignInCache } from './sign-in-cache.ts';

/** Steps at which a crash must do no harm; the tests end the process at each. */
export type RefreshStep = 'locked' | 'intent_written' | 'answered' | 'stored';

export interface RefreshDeps {
  readonly records: SignInCache;
  readonly oauth: OAuthClient;
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tries: BackoffBypass;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly onStep?: (step: RefreshStep) => void;
}

/**
 * One refresh of one credential, under the lock: docs/spec/refresh.md#steps, from the second step on.
 * Gives the record to serve from. Throws as `AccessTokens.get`.
 */
export async function refresh(
  deps: RefreshDeps,
  id: string,
  asked: SignIn,
  trigger: RefreshTrigger,
): Promise<SignIn> {
  // No second rotation before the first is safe.
  if (!(await deps.records.saveNow(id)))
    throw new TransientError('refresh_unavailable', { sent: false, retryAtMs: deps.clock() + 5_000 });
  const { promise, resolve, reject } = Promise.withResolvers<SignIn>();
  const held = deps.exclusively(async () => {
    await underLock(deps, id, asked, trigger).then(resolve, reject);
    // While the outcome lives in this memory only, no other process may take the stored token for one that may be sent.
    await deps.records.whenFlushed(id);
  });
  // The lock was not to be had, or could not be given back.
  held.catch(reject);
  return await promise;
}

async function underLock(
  deps: RefreshDeps,
  id: string,
  asked: SignIn,
  trigger: RefreshTrigger,
): Promise<SignIn> {
  deps.onStep?.('locked');
  const record = await deps.records.reread(id);
  if (!matchesClient(record, deps.oauth)) throw new InvalidRequestError('not_signed_in');
  const nowMs = deps.clock();
  const bypassUsed = deps.tries.has(id, trigger, record.failedAttempt);
  const limitedUntilMs = deps.tries.limitedUntilMs(id, record.failedAttempt, nowMs);
  const decision = refreshDecision(record, asked.version, trigger, bypassUsed, nowMs, limitedUntilMs);
  switch (decision.do) {
    case 'adopt':
      return record;
    case 'stop':
      throw decision.why === 'not_signed_in'
        ? new InvalidRequestError('not_signed_in')
        : new ReauthorizationRequiredError('reauthorization_required');
    case 'back_off':
      throw backoffError(record, decision.retryAtMs);
    case 'give_up':
      return await giveUp(deps, id, record, null, true);
    case 'uncertain':
      throw new TransientError('refresh_uncertain', {
        sent: false,
        retryAtMs: record.tokens?.expiresAtMs ?? null,
      });
    case 'send':
      return await send(deps, id, record, trigger, decision.late);
  }
}

async function send(
  deps: RefreshDeps,
  id: string,
  before: SignIn,
  trigger: RefreshTrigger,
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
  deps.tries.note(id, trigger, before.failedAttempt, deps.clock());
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
    return await settleFailure(deps, id, { before, tokens, intent, trigger, late }, error);
  }
  deps.onStep?.('answered');
  const { account } = grant;
  // A server that sends no new refresh token keeps the old one good: if these come too late, it has to be revoked as well.
  const brought = { ...grant.tokens, refreshToken: grant.tokens.refreshToken ?? tokens.refreshToken };
  const stored = await deps.records.updateOrQueue(
    id,
    (current) => apply(current, { type: 'tokens_refreshed', version, tokens: brought, account }),
    brought,
  );
  // Signed out, or in again, meanwhile: late tokens must not stay valid.
  if (stored.tokens?.accessToken.fingerprint() !== brought.accessToken.fingerprint())
    await revokeOrphanedTokens(deps, brought);
  deps.onStep?.('stored');
  deps.tries.forget(id);
  return stored;
}

interface Attempt {
  readonly before: SignIn;
  readonly tokens: Tokens;
  readonly intent: RefreshIntent;
  readonly trigger: RefreshTrigger;
  readonly late: boolean;
}

async function settleFailure(
  deps: RefreshDeps,
  id: string,
  attempt: Attempt,
  error: unknown,
): Promise<SignIn> {
  if (error instanceof ReauthorizationRequiredError)
    return await giveUp(deps, id, attempt.before, error, attempt.late);
  const code = failureCode(error);
  if (attempt.late && code === 'refresh_uncertain')
    return await giveUp(deps, id, attempt.before, error, true);
  const transient = error instanceof TransientError ? error : null;
  const refused = transient?.refused ?? error instanceof OAuthResponseError;
  await noteFailure(deps, id, attempt, code, { retryAtMs: transient?.retryAtMs ?? null, refused });
  throw error instanceof TransientError || error instanceof InvalidRequestError
    ? backoffError(deps.records.cached(id) ?? attempt.before, deps.clock())
    : error;
}

/** Only the user can resolve this, unless something newer was stored meanwhile: a compare-and-set. */
async function giveUp(
  deps: RefreshDeps,
  id: string,
  { version }: SignIn,
  error: unknown,
  interrupted: boolean,
): Promise<SignIn> {
  const atMs = deps.clock();
  const after = await deps.records.updateOrQueue(id, (current) =>
    apply(current, { type: 'refresh_rejected', version, interrupted, atMs }),
  );
  if (after.version > version && after.status === 'active') return after;
  throw error instanceof ReauthorizationRequiredError
    ? error
    : new ReauthorizationRequiredError('reauthorization_required');
}

async function noteFailure(
  deps: RefreshDeps,
  id: string,
  { before, tokens, intent, trigger, late }: Attempt,
  code: RefreshFailureCode,
  answer: { readonly retryAtMs: number | null; readonly refused: boolean },
): Promise<void> {
  const remembered = failedAttempt({
    code,
    trigger,
    previous: before.failedAttempt,
    ...answer,
    endOfTokenMs: tokens.expiresAtMs,
    nowMs: deps.clock(),
    random: deps.random(),
  });
  // A late try that was answered without spending the token leaves it possibly spent, as it was before.
  const left =
    code === 'refresh_uncertain' || late ? { ...intent, unanswered: true, triedLate: false } : null;
  const type = code === 'misconfigured' ? 'refresh_misconfigured' : 'refresh_failed';
  await deps.records.updateOrQueue(id, (current) =>
    apply(current, { type, version: before.version, attempt: remembered, intent: left }),
  );
}

/** Whatever is not known counts as sent and unanswered. A request that could not be made was not sent. */
function failureCode(error: unknown): RefreshFailureCode {
  if (error instanceof OAuthResponseError || error instanceof InvalidRequestError) return 'misconfigured';
  if (error instanceof TransientError && error.code === 'client_assertion_unavailable') return error.code;
  return error instanceof TransientError && error.code !== 'refresh_uncertain'
    ? 'refresh_unavailable'
    : 'refresh_uncertain';
}

function backoffError(record: SignIn, retryAtMs: number): Error {
  const attempt = record.failedAttempt;
  if (attempt?.code === 'misconfigured') return new OAuthResponseError('misconfigured', null);
  const known = attempt?.code;
  const code =
    known === 'refresh_uncertain' || known === 'client_assertion_unavailable' ? known : 'refresh_unavailable';
  return new TransientError(code, { sent: false, retryAtMs: attempt?.retryAtMs ?? retryAtMs });
}
