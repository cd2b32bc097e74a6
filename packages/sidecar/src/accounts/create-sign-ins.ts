import type { AuthStatus, ErrorCode } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import { type Clock, instant, type Report, type SignIn, standingOf } from '../credentials/index.ts';
import { InvalidRequestError, loggableError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { OAuthClient } from '../oauth/index.ts';
import { createActiveCredential, type Selection } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import type { SignIns } from './accounts.ts';
import { authStatusOf } from './auth-status.ts';
import { createFirstSignIn, type FirstSignIn } from './first-sign-in.ts';
import { forwardedResponse } from './forwarded-response.ts';
import { createSignInFlow, type SignInStep } from './sign-in-flow.ts';

/** A sign-in under an id of another kind would be listed, and tried, as what it is not. */
const idPattern = /^oauth:[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

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
  readonly settings: Pick<SettingsStore, 'read'>;
  // Services
  readonly oauth: OAuthClient;
  readonly accessTokens: AccessTokens;
  readonly gateway: Pick<Gateway, 'tryCredential'>;
  readonly selection: Pick<Selection, 'choose' | 'candidates'> & {
    readonly status: Pick<Selection['status'], 'forget'>;
  };
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onStep?: (step: SignInStep) => void;
}

/** The sign-in at the configured authorization server, as the user uses it. `close` ends what waits. */
export function createSignIns(
  deps: SignInsDeps,
): SignIns & { readonly first: FirstSignIn; close(): Promise<void> } {
  const { accessTokens, clock, oauth, report, store } = deps;
  const active = createActiveCredential({ selection: deps.selection, clock });
  const flow = createSignInFlow({
    redirectUriTemplate: () => deps.redirectUriTemplate,
    alwaysOwnListener: deps.alwaysOwnListener,
    sidecarPort: deps.sidecarPort,
    store,
    oauth,
    accessTokens,
    onFailed: reportFailed,
    onSignedIn: settled,
    clock,
    log: deps.log,
    onStep: deps.onStep,
  });

  const first = createFirstSignIn(deps);
  const idOf = async (credentialId: string | null): Promise<string> => credentialId ?? (await first());

  /** Never throws: what went wrong before must not be hidden by a store that cannot be read. */
  async function reportFailed(credentialId: string, code: ErrorCode, detail: string | null): Promise<void> {
    try {
      const record = await accessTokens.current(credentialId);
      report({ type: 'sign_in_failed', state: standingOf(record, clock()).state, code, detail });
    } catch (error) {
      deps.log(`the failed sign-in is not in the timeline: ${loggableError(error)}`);
    }
  }

  function settled(credentialId: string, record: SignIn): void {
    deps.selection.status.forget(credentialId);
    report({ type: 'sign_in_completed', state: standingOf(record, clock()).state });
    // A linked organization's token is for messages, and every message is billed: there is no free call to try it by.
    if (deps.access.linkedBilling) return;
    // The free call that shows whether the sign-in really works; not awaited.
    void deps.gateway.tryCredential(credentialId).catch((error: unknown) => {
      deps.log(`trying the new sign-in: ${loggableError(error)}`);
    });
  }

  async function status(credentialId: string | null): Promise<AuthStatus> {
    const id = await idOf(credentialId);
    const record = await accessTokens.current(id);
    const health = store.health();
    const pending = await flow.pending();
    const candidate = (await deps.selection.candidates()).find(({ ref }) => ref.id === id);
    return authStatusOf({
      record,
      // Another account's sign-in says nothing of this one.
      pending: pending?.credentialId === id ? pending : null,
      signInError: flow.error(id),
      provider: oauth.provider,
      linkedBilling: deps.access.linkedBilling,
      linkEndedAtMs: candidate?.linkEndedAtMs ?? null,
      fallbackAvailable: await active.hasFallback('oauth'),
      activeCredential: await active.read(),
      store: { ...health, persisted: health.persisted && accessTokens.isSaved(id) },
      revocation: flow.revocation(id),
      nowMs: clock(),
    });
  }

  return {
    first,
    status,
    completeFromBrowser: flow.completeFromBrowser,
    async start({ restart, credentialId }) {
      if (deps.access.supplied) throw new InvalidRequestError('supplied_by_operator');
      if (!oauth.configured) throw new InvalidRequestError('oauth_not_configured', oauth.missing);
      if (credentialId !== null && !idPattern.test(credentialId)) throw new InvalidRequestError('not_found');
      const id = await idOf(credentialId);
      const selectAccount = store.signIns.ids().some((each) => each !== id);
      const pending = await flow.begin(id, { restart, selectAccount });
      report({ type: 'sign_in_started' });
      const { signInId, authorizationUrl, redirectUri, expiresAtMs } = pending;
      return { signInId, authorizationUrl, redirectUri, expiresAt: instant(expiresAtMs) };
    },
    completeForwarded: async (callback) =>
      await status(await flow.complete(() => forwardedResponse(callback))),
    async cancel(credentialId) {
      const cancelled = await flow.cancel(credentialId);
      if (cancelled !== null) {
        const record = await accessTokens.current(cancelled);
        report({ type: 'sign_in_cancelled', state: standingOf(record, clock()).state });
      }
      return await status(credentialId ?? cancelled);
    },
    async refresh(credentialId) {
      const id = await idOf(credentialId);
      const record = await accessTokens.refreshNow(id);
      // A sign-out went first: there is nothing that was renewed.
      if (standingOf(record, clock()).state === 'signed_out') throw new InvalidRequestError('not_signed_in');
      return await status(id);
    },
    async signOut(credentialId) {
      const { wasSignedIn, revocation } = await flow.signOut(await idOf(credentialId));
      if (wasSignedIn) report({ type: 'signed_out' });
      return { state: 'signed_out', revocation };
    },
    close: () => flow.close(),
  };
}
