import { type ErrorCode, errorTable, type Revocation } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import type { Clock, SignIn } from '../credentials/index.ts';
import { Failure, InvalidRequestError, loggableError } from '../errors/index.ts';
import type { AuthorizationResponse, OAuthClient, RedirectPage, TokenGrant } from '../oauth/index.ts';
import type { PendingSignIn, Store } from '../store/index.ts';
import type { NotedError } from './auth-status.ts';
import { exchangeCode } from './exchange-code.ts';
import { createPendingSignIns, type PendingSignIns, type PendingSignInsDeps } from './pending-sign-ins.ts';
import { createRevocations } from './revocations.ts';

/** Wrong answers to one pending sign-in before they are turned away unread (docs/spec/faults.md#f01). */
const mostStrays = 20;

/** Steps at which a crash must do no harm; the tests end the process at each. */
export type SignInStep = 'pending_written' | 'pending_taken' | 'exchanged' | 'issued' | 'removed' | 'revoked';

export interface SignInFlowDeps
  extends Pick<PendingSignInsDeps, 'redirectUriTemplate' | 'alwaysOwnListener' | 'sidecarPort'> {
  readonly store: Pick<Store, 'pendingSignIn' | 'exclusively'>;
  readonly oauth: OAuthClient;
  readonly accessTokens: AccessTokens;
  /** A sign-in ended without tokens. Never throws. */
  readonly onFailed: (credentialId: string, code: ErrorCode, detail: string | null) => Promise<void>;
  /** What a sign-in brought is stored. */
  readonly onSignedIn: (credentialId: string, record: SignIn) => void;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onStep?: ((step: SignInStep) => void) | undefined;
}

/** One sign-in at a time at one authorization server: begun, answered, exchanged, stored, ended and revoked. */
export interface SignInFlow {
  /** @throws as `PendingSignIns.begin` */
  begin(...how: Parameters<PendingSignIns['begin']>): Promise<PendingSignIn>;
  /** The one that waits for its redirect. */
  pending(): Promise<PendingSignIn | null>;
  /** Why the last one of this credential ended without tokens. */
  error(credentialId: string): NotedError | null;
  /** The browser's return; never throws: the page says the least, the status says the rest. */
  completeFromBrowser(
    response: AuthorizationResponse,
  ): Promise<{ readonly page: RedirectPage; readonly status: number }>;
  /** The same, forwarded or pasted; gives the credential. @throws InvalidRequestError, as `read`, OAuthClient.judgeResponse and .exchange */
  complete(read: () => AuthorizationResponse): Promise<string>;
  /**
   * Gives up the sign-in that waits or is being exchanged, of one credential or, with null, whichever it is. Gives its credential; null where
   * there was none.
   */
  cancel(credentialId: string | null): Promise<string | null>;
  /** @throws StoreError */
  signOut(credentialId: string): Promise<{ readonly wasSignedIn: boolean; readonly revocation: Revocation }>;
  /** What became of the last revocation. */
  revocation(credentialId: string): Revocation | null;
  /** Ends what waits. */
  close(): Promise<void>;
}

export function createSignInFlow(deps: SignInFlowDeps): SignInFlow {
  const { accessTokens, clock, oauth, store } = deps;
  const revocations = createRevocations({ oauth, log: deps.log });
  const pendingSignIns = createPendingSignIns({
    oauth,
    record: store.pendingSignIn,
    redirectUriTemplate: deps.redirectUriTemplate,
    alwaysOwnListener: deps.alwaysOwnListener,
    sidecarPort: deps.sidecarPort,
    mode: oauth.provider === 'sandbox' ? 'sandbox' : 'live',
    log: deps.log,
    clock,
    onRedirect: completeFromBrowser,
    onExpired: (credentialId) => failed(credentialId, 'sign_in_expired', null),
  });
  /** By credential. */
  const errors = new Map<string, NotedError>();
  let strays = 0;
  /**
   * Sign-ins whose code is being exchanged and whose tokens are still wanted, with their credential: nothing newer was begun, and there was no
   * sign-out.
   */
  const wanted = new Map<string, string>();

  function noLongerWanted(credentialId: string): boolean {
    const ids = [...wanted].flatMap(([signInId, of]) => (of === credentialId ? [signInId] : []));
    for (const signInId of ids) wanted.delete(signInId);
    return ids.length > 0;
  }

  async function failed(credentialId: string, code: ErrorCode, cause: unknown): Promise<void> {
    const detail =
      cause instanceof Failure && cause.detail !== errorTable[code].nextStep ? cause.detail : null;
    errors.set(credentialId, { code, atMs: clock(), detail });
    deps.log(`the sign-in failed: ${code}${detail === null ? '' : `: ${detail}`}`);
    await deps.onFailed(credentialId, code, detail);
  }

  /** Judges, takes, exchanges, stores, in this order. What it throws is already recorded if the user must know. */
  async function completed(pending: PendingSignIn, response: AuthorizationResponse): Promise<void> {
    let code: Awaited<ReturnType<OAuthClient['judgeResponse']>>['code'];
    try {
      ({ code } = await oauth.judgeResponse(response, pending));
    } catch (error) {
      if (error instanceof Failure && isTerminal(error.code) && (await pendingSignIns.take(pending.signInId)))
        await failed(pending.credentialId, error.code, error);
      throw error;
    }
    // Deleted before the code is sent: a second answer finds nothing.
    if (!(await pendingSignIns.take(pending.signInId))) throw new InvalidRequestError('no_sign_in_pending');
    wanted.set(pending.signInId, pending.credentialId);
    deps.onStep?.('pending_taken');
    let record: SignIn;
    try {
      // What is not revoked by now never is: a late one might end what the code brings.
      revocations.giveUp();
      record = await exchangeCode(deps, code, pending, async (grant) => {
        deps.onStep?.('exchanged');
        return await keep(pending, grant);
      });
    } catch (error) {
      // A failure that is no longer awaited does not belong to a sign-in begun since.
      if (wanted.has(pending.signInId))
        await failed(pending.credentialId, error instanceof Failure ? error.code : 'internal_error', error);
      throw error;
    } finally {
      wanted.delete(pending.signInId);
    }
    errors.delete(pending.credentialId);
    strays = 0;
    deps.onSignedIn(pending.credentialId, record);
  }

  async function keep(pending: PendingSignIn, grant: TokenGrant): Promise<SignIn> {
    // Begun again, cancelled or signed out while the code was exchanged: only the newest attempt may leave tokens behind.
    const newer = await pendingSignIns.current();
    if (!wanted.has(pending.signInId) || (newer !== null && newer.startedAtMs >= pending.startedAtMs)) {
      wanted.delete(pending.signInId);
      void revocations.revoke(pending.credentialId, grant.tokens);
      throw new InvalidRequestError('no_sign_in_pending');
    }
    try {
      const { credentialId, issuer } = pending;
      const record = await accessTokens.issue(credentialId, grant, issuer, oauth.clientId ?? '');
      deps.onStep?.('issued');
      if (record.account === null) void nameAccount(credentialId, record, grant);
      return record;
    } catch (error) {
      // An orphan must not live on at the server.
      void revocations.revoke(pending.credentialId, grant.tokens);
      throw error;
    }
  }

  /** Stored first, named after: a name is worth no delay between an exchange and the store. */
  async function nameAccount(id: string, { version }: SignIn, grant: TokenGrant): Promise<void> {
    try {
      const account = await oauth.whose(grant.tokens, grant.subject);
      if (account !== null) await accessTokens.noteAccount(id, version, account);
    } catch (error) {
      deps.log(`the account of the new sign-in has no name: ${loggableError(error)}`);
    }
  }

  async function completeFromBrowser(
    response: AuthorizationResponse,
  ): Promise<{ page: RedirectPage; status: number }> {
    try {
      const pending = await pendingSignIns.current();
      if (pending === null) return { page: 'failed', status: 400 };
      if (strays >= mostStrays && !(await fits(response, pending))) return { page: 'failed', status: 429 };
      await completed(pending, response);
      return { page: 'signed_in', status: 200 };
    } catch (error) {
      const code = error instanceof Failure ? error.code : null;
      if (code === 'state_mismatch') strays += 1;
      if (code === null) deps.log(`the redirect could not be read: ${loggableError(error)}`);
      return { page: code === 'access_denied' ? 'denied' : 'failed', status: 400 };
    }
  }

  /** After many strays only the answer that belongs to the pending sign-in is read. */
  async function fits(response: AuthorizationResponse, pending: PendingSignIn): Promise<boolean> {
    try {
      await oauth.judgeResponse(response, pending);
      return true;
    } catch (error) {
      return !(error instanceof Failure && error.code === 'state_mismatch');
    }
  }

  return {
    completeFromBrowser,
    async begin(credentialId, options) {
      const pending = await pendingSignIns.begin(credentialId, options);
      wanted.clear();
      deps.onStep?.('pending_written');
      strays = 0;
      errors.delete(credentialId);
      return pending;
    },
    pending: () => pendingSignIns.current(),
    error: (credentialId) => errors.get(credentialId) ?? null,
    async complete(read) {
      const pending = await pendingSignIns.current();
      if (pending === null) throw new InvalidRequestError('no_sign_in_pending');
      await completed(pending, read());
      return pending.credentialId;
    },
    async cancel(credentialId) {
      const pending = await pendingSignIns.current();
      const id = credentialId ?? pending?.credentialId ?? wanted.values().next().value ?? null;
      if (id === null) return null;
      const wasExchanging = noLongerWanted(id);
      const wasWaiting = pending?.credentialId === id && (await pendingSignIns.take(pending.signInId));
      return wasWaiting || wasExchanging ? id : null;
    },
    async signOut(id) {
      const pending = await pendingSignIns.current();
      if (pending?.credentialId === id) await pendingSignIns.take(pending.signInId);
      noLongerWanted(id);
      const { removed, wasSignedIn, isOver } = await accessTokens.end(id);
      deps.onStep?.('removed');
      errors.delete(id);
      if (!wasSignedIn) return { wasSignedIn, revocation: revocations.outcome(id) ?? 'done' };
      let revocation: Revocation = isOver ? 'done' : 'unsupported';
      if (removed === null) revocations.note(id, revocation);
      else revocation = await revocations.revoke(id, removed);
      deps.onStep?.('revoked');
      return { wasSignedIn, revocation };
    },
    revocation: (id) => revocations.outcome(id),
    async close() {
      await pendingSignIns.close();
      await revocations.close();
    },
  };
}

/** What ends the wait for an answer: the server itself spoke, with the right state. Anything else may be a stray. */
function isTerminal(code: ErrorCode): boolean {
  return (
    code === 'already_linked' ||
    code === 'access_denied' ||
    code === 'authorization_failed' ||
    code === 'issuer_mismatch'
  );
}
