import { randomUUID } from 'node:crypto';
import type { Clock } from '../credentials/index.ts';
import { Failure, InvalidRequestError } from '../errors/index.ts';
import {
  type AuthorizationResponse,
  type OAuthClient,
  openRedirectListener,
  type RedirectListener,
  type RedirectPage,
  usesOwnListener,
} from '../oauth/index.ts';
import type { PendingSignIn, PendingSignInRecord } from '../store/index.ts';

/** How long the user has between Connect and the browser's return. */
const lifeMs = 5 * 60_000;

export interface PendingSignInsDeps {
  readonly oauth: Pick<OAuthClient, 'begin'>;
  readonly record: PendingSignInRecord;
  /** With `{port}` (docs/spec/contract.md#starting), or with the port that a client was registered with. */
  readonly redirectUriTemplate: () => string;
  /** True where no sidecar will receive the redirect. */
  readonly alwaysOwnListener: boolean;
  /** What the pages of a listener of its own say; default: live. */
  readonly mode?: 'live' | 'sandbox';
  /** Port the sidecar listens on. */
  readonly sidecarPort: () => number;
  readonly clock: Clock;
  /** What a redirect listener of its own does with what the browser brought. */
  readonly onRedirect: (response: AuthorizationResponse) => Promise<{ page: RedirectPage; status: number }>;
  /** The five minutes are over. Never throws. */
  readonly onExpired: (credentialId: string) => Promise<void>;
  readonly log: (line: string) => void;
}

/** The one sign-in that waits for its redirect: begun, found again, taken exactly once. */
export interface PendingSignIns {
  /** @throws InvalidRequestError `sign_in_in_progress`, `callback_port_busy`, and as `OAuthClient.begin` */
  begin(
    credentialId: string,
    options: {
      readonly restart: boolean;
      /** Another account is signed in already. */
      readonly selectAccount: boolean;
    },
  ): Promise<PendingSignIn>;
  /** The pending one, or null; an expired one counts as gone. */
  current(): Promise<PendingSignIn | null>;
  /** Ends the wait: true for the first who asks. Its listener is closed. */
  take(signInId: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createPendingSignIns(deps: PendingSignInsDeps): PendingSignIns {
  let listener: RedirectListener | null = null;
  let timer: NodeJS.Timeout | null = null;
  /** Starts are taken one after the other: of two at once, the second finds the first. */
  let queue: Promise<unknown> = Promise.resolve();

  async function current(): Promise<PendingSignIn | null> {
    const pending = await deps.record.read();
    if (pending === null || pending.expiresAtMs > deps.clock()) return pending;
    await expire(pending);
    return null;
  }

  async function expire({ signInId, credentialId }: PendingSignIn): Promise<void> {
    if (await take(signInId)) await deps.onExpired(credentialId);
  }

  /**
   * The five minutes have passed, whatever a clock says that was set back meanwhile. Where it cannot be written down, the next question
   * finds it expired.
   */
  async function onTimer(pending: PendingSignIn): Promise<void> {
    // The timer is this sign-in's, and so is the listener: it closes although another process may have taken the sign-in.
    await closeListener();
    try {
      await expire(pending);
    } catch (error) {
      deps.log(
        `the end of a sign-in was not noted: ${error instanceof Failure ? error.code : 'unexpected failure'}`,
      );
    }
  }

  async function take(signInId: string): Promise<boolean> {
    const taken = await deps.record.take(signInId);
    if (taken) await closeListener();
    return taken;
  }

  async function closeListener(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const open = listener;
    listener = null;
    await open?.close();
  }

  async function redirectUri(): Promise<string> {
    const template = deps.redirectUriTemplate();
    if (!deps.alwaysOwnListener && !usesOwnListener(template, deps.sidecarPort()))
      return template.replace('{port}', String(deps.sidecarPort()));
    const opened = await openRedirectListener({
      redirectUri: template,
      onRedirect: deps.onRedirect,
      mode: deps.mode ?? 'live',
      log: deps.log,
    });
    listener = opened;
    return opened.redirectUri;
  }

  const begin: PendingSignIns['begin'] = async (credentialId, { restart, selectAccount }) => {
    const waiting = await current();
    if (waiting !== null && !restart) throw new InvalidRequestError('sign_in_in_progress');
    if (waiting !== null) await take(waiting.signInId);
    try {
      const request = await deps.oauth.begin(await redirectUri(), { selectAccount });
      const startedAtMs = deps.clock();
      const pending: PendingSignIn = {
        signInId: randomUUID(),
        credentialId,
        state: request.state,
        codeVerifier: request.codeVerifier,
        issuer: request.issuer,
        redirectUri: request.redirectUri,
        authorizationUrl: request.authorizationUrl,
        proofKey: request.proofKey,
        startedAtMs,
        expiresAtMs: startedAtMs + lifeMs,
      };
      await deps.record.write(pending);
      timer = setTimeout(() => void onTimer(pending), lifeMs + 50).unref();
      return pending;
    } catch (error) {
      await closeListener();
      throw error;
    }
  };

  return {
    begin(credentialId, options) {
      const started = queue.then(() => begin(credentialId, options));
      queue = started.catch(() => undefined);
      return started;
    },
    current,
    take,
    async close() {
      await closeListener();
    },
  };
}
