import { type AuthStatus, type ErrorCode, errorTable, type Revocation } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import {
  type Clock,
  firstIdOf,
  instant,
  type Report,
  type SignIn,
  standingOf,
} from '../credentials/index.ts';
import { Failure, InvalidRequestError, loggableError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { AuthorizationResponse, OAuthClient, RedirectPage, TokenGrant } from '../oauth/index.ts';
import { createActiveCredential, type Selection } from '../selection/index.ts';
import type { PendingSignIn, Store } from '../store/index.ts';
import type { SignIns } from './accounts.ts';
import { authStatusOf, type NotedError } from './auth-status.ts';
import { exchangeCode } from './exchange-code.ts';
import { forwardedResponse } from './forwarded-response.ts';
import { createPendingSignIns } from './pending-sign-ins.ts';
import { createRevocations } from './revocations.ts';

/** Wrong answers to one pending sign-in before they are turned away unread (docs/spec/faults.md#f01). */
const mostStrays = 20;

/** A sign-in under an id of another kind would be listed, and tried, as what it is not. */
const idPattern = /^oauth:[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Steps at which a crash must do no harm; the tests end the process at each. */
export type SignInStep = 'pending_written' | 'pending_taken' | 'exchanged' | 'issued' | 'removed' | 'revoked';

export interface SignInsDeps {
  // Config
  /** With `{port}`. */
  readonly redirectUriTemplate: string;
  readonly alwaysOwnListener: boolean;
  /** Sign-ins bill an organization, by request; or tokens come from the operator, and there is no signing in or out here. */
  readonly access: { readonly linkedBilling: boolean; readonly supplied: boolean };
  readonly sidecarPort: () => number;
  // Stores
  readonly store: Pick<Store, 'pendingSignIn' | 'signIns' | 'health' | 'exclusively'>;
  // Services
  readonly oauth: OAuthClient;
  readonly accessTokens: AccessTokens;
  readonly gateway: Pick<Gateway, 'tryCredential'>;
  readonly selection: Pick<Selection, 'choose' | 'candidates'>;
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onStep?: (step: SignInStep) => void;
}

/** The sign-in at the configured authorization server, as the user uses it. `close` ends what waits. */
export function createSignIns(deps: SignInsDeps): SignIns & { close(): Promise<void> } {
  const { accessTokens, clock, oauth, report, store } = deps;
  const revocations = createRevocations({ oauth, log: deps.log });
  const active = createActiveCredential({ selection: deps.selection, clock });
  const pendingSignIns = createPendingSignIns({
    oauth,
    record: store.pendingSignIn,
    redirectUriTemplate: deps.redirectUriTemplate,
    alwaysOwnListener: deps.alwaysOwnListener,
    sidecarPort: deps.sidecarPort,
    log: deps.log,
    clock,
    onRedirect: completeFromBrowser,
    onExpired: () => failed('sign_in_expired', null),
  });
  let signInError: NotedError | null = null;
  let strays = 0;
  /** Sign-ins whose code is being exchanged and whose tokens are still wanted: nothing newer was begun, and there was no sign-out. */
  const wanted = new Set<string>();

  const idOf = (credentialId: string | null): string =>
    credentialId ?? store.signIns.ids()[0] ?? firstIdOf('oauth');

  /** Never throws: what went wrong before must not be hidden by a store that cannot be read. */
  async function failed(code: ErrorCode, cause: unknown): Promise<void> {
    const detail =
      cause instanceof Failure && cause.detail !== errorTable[code].nextStep ? cause.detail : null;
    signInError = { code, atMs: clock(), detail };
    deps.log(`the sign-in failed: ${code}${detail === null ? '' : `: ${detail}`}`);
    try {
      const record = await accessTokens.current(idOf(null));
      report({ type: 'sign_in_failed', state: standingOf(record, clock()).state, code, detail });
    } catch (error) {
      deps.log(`the failed sign-in is not in the timeline: ${loggableError(error)}`);
    }
  }

  /** Judges, takes, exchanges, stores, in this order. What it throws is already recorded if the user must know. */
  async function complete(pending: PendingSignIn, response: AuthorizationResponse): Promise<SignIn> {
    let code: Awaited<ReturnType<OAuthClient['judgeResponse']>>['code'];
    try {
      ({ code } = await oauth.judgeResponse(response, pending));
    } catch (error) {
      if (error instanceof Failure && isTerminal(error.code) && (await pendingSignIns.take(pending.signInId)))
        await failed(error.code, error);
      throw error;
    }
    // Deleted before the code is sent: a second answer finds nothing.
    if (!(await pendingSignIns.take(pending.signInId))) throw new InvalidRequestError('no_sign_in_pending');
    wanted.add(pending.signInId);
    deps.onStep?.('pending_taken');
    try {
      // What is not revoked by now never is: a late one might end what the code brings.
      revocations.giveUp();
      const grant = await exchangeCode(deps, code, pending);
      deps.onStep?.('exchanged');
      return await keep(pending, grant);
    } catch (error) {
      // A failure that is no longer awaited does not belong to a sign-in begun since.
      if (wanted.has(pending.signInId))
        await failed(error instanceof Failure ? error.code : 'internal_error', error);
      throw error;
    } finally {
      wanted.delete(pending.signInId);
    }
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

  async function settled(pending: PendingSignIn, record: SignIn): Promise<void> {
    signInError = null;
    strays = 0;
    report({ type: 'sign_in_completed', state: standingOf(record, clock()).state });
    // A linked organization's token is for messages, and every message is billed: there is no free call to try it by.
    if (deps.access.linkedBilling) return;
    // The free call that shows whether the sign-in really works; not awaited.
    void deps.gateway.tryCredential(pending.credentialId).catch((error: unknown) => {
      deps.log(`trying the new sign-in: ${loggableError(error)}`);
    });
  }

  async function completeFromBrowser(
    response: AuthorizationResponse,
  ): Promise<{ page: RedirectPage; status: number }> {
    try {
      const pending = await pendingSignIns.current();
      if (pending === null) return { page: 'failed', status: 400 };
      if (strays >= mostStrays && !(await fits(response, pending))) return { page: 'failed', status: 429 };
      const record = await complete(pending, response);
      await settled(pending, record);
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

  async function status(credentialId: string | null): Promise<AuthStatus> {
    const id = idOf(credentialId);
    const record = await accessTokens.current(id);
    const health = store.health();
    return authStatusOf({
      record,
      pending: await pendingSignIns.current(),
      signInError,
      provider: oauth.provider,
      linkedBilling: deps.access.linkedBilling,
      fallbackAvailable: await active.hasFallback('oauth'),
      activeCredential: await active.read(),
      store: { ...health, persisted: health.persisted && accessTokens.isSaved(id) },
      revocation: revocations.outcome(id),
      nowMs: clock(),
    });
  }

  return {
    status,
    completeFromBrowser,
    async start({ restart, credentialId }) {
      if (deps.access.supplied) throw new InvalidRequestError('supplied_by_operator');
      if (!oauth.configured) throw new InvalidRequestError('oauth_not_configured');
      if (credentialId !== null && !idPattern.test(credentialId)) throw new InvalidRequestError('not_found');
      const id = idOf(credentialId);
      const selectAccount = store.signIns.ids().some((each) => each !== id);
      const pending = await pendingSignIns.begin(id, { restart, selectAccount });
      wanted.clear();
      deps.onStep?.('pending_written');
      strays = 0;
      signInError = null;
      report({ type: 'sign_in_started' });
      const { signInId, authorizationUrl, redirectUri, expiresAtMs } = pending;
      return { signInId, authorizationUrl, redirectUri, expiresAt: instant(expiresAtMs) };
    },
    async completeForwarded(callback) {
      const pending = await pendingSignIns.current();
      if (pending === null) throw new InvalidRequestError('no_sign_in_pending');
      const record = await complete(pending, forwardedResponse(callback));
      await settled(pending, record);
      return await status(pending.credentialId);
    },
    async cancel() {
      const pending = await pendingSignIns.current();
      const exchanging = wanted.size > 0;
      wanted.clear();
      if (pending === null && exchanging) {
        const record = await accessTokens.current(idOf(null));
        report({ type: 'sign_in_cancelled', state: standingOf(record, clock()).state });
      } else if (pending !== null && (await pendingSignIns.take(pending.signInId))) {
        const record = await accessTokens.current(pending.credentialId);
        report({ type: 'sign_in_cancelled', state: standingOf(record, clock()).state });
      }
      return await status(null);
    },
    async refresh(credentialId) {
      const id = idOf(credentialId);
      const record = await accessTokens.refreshNow(id);
      // A sign-out went first: there is nothing that was renewed.
      if (standingOf(record, clock()).state === 'signed_out') throw new InvalidRequestError('not_signed_in');
      return await status(id);
    },
    async signOut(credentialId) {
      const id = idOf(credentialId);
      const pending = await pendingSignIns.current();
      if (pending?.credentialId === id) await pendingSignIns.take(pending.signInId);
      wanted.clear();
      const { removed, wasSignedIn, isOver } = await accessTokens.end(id);
      deps.onStep?.('removed');
      signInError = null;
      if (!wasSignedIn) return { state: 'signed_out', revocation: revocations.outcome(id) ?? 'done' };
      let revocation: Revocation = isOver ? 'done' : 'unsupported';
      if (removed === null) revocations.note(id, revocation);
      else revocation = await revocations.revoke(id, removed);
      deps.onStep?.('revoked');
      report({ type: 'signed_out' });
      return { state: 'signed_out', revocation };
    },
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
