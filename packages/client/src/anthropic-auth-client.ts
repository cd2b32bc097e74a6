import type { AuthStatus, ForwardedCallback, SignedOut, SignInStarted } from '@postern/contract';
import { appEvents } from './app-events.ts';
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts';
import { type SignInSource, type SignInStep, waitUntilSignedIn } from './wait-until-signed-in.ts';

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Which sign-in a call is about; without it, the first of its kind. */
export interface SignInOptions extends CallOptions {
  readonly credential?: string | undefined;
}

/** Polling interval without events: the event stream is what makes it quick. */
const lookEveryMs = 2_000;

/** The sign-in at the configured authorization server. Remembers what was so before a start, to tell a new sign-in from an old one. */
export class AnthropicAuthClient {
  readonly #connection: Connection;
  /** The sign-in begun here last, with the status from before it. */
  #begun: { readonly signInId: string; readonly before: AuthStatus } | null = null;

  constructor(options: ConnectionOptions) {
    this.#connection = createConnection(options);
  }

  /**
   * Begins a sign-in; `authorizationUrl` is for the user's browser. `restart` supersedes one that is waiting.
   * @throws PosternError `oauth_not_configured`, `sign_in_in_progress`, `callback_port_busy`, `metadata_rejected`, `metadata_unavailable`
   */
  async start(options: SignInOptions & { readonly restart?: boolean } = {}): Promise<SignInStarted> {
    const before = await this.status(options);
    const started = await this.#connection.json<SignInStarted>({
      method: 'GET',
      path: '/auth/anthropic/start',
      query: { credential: options.credential, restart: options.restart === true ? 1 : undefined },
      signal: options.signal,
    });
    this.#begun = { signInId: started.signInId, before };
    return started;
  }

  /** The stored sign-in as it stands. */
  status(options: SignInOptions = {}): Promise<AuthStatus> {
    return this.#connection.json({
      method: 'GET',
      path: '/auth/anthropic/status',
      query: { credential: options.credential },
      signal: options.signal,
    });
  }

  /**
   * Waits until the user finished the sign-in, and gives the status then.
   * @throws PosternError the code it ended with (`access_denied`, `code_rejected`, `sign_in_expired`, `sign_in_cancelled`, …); the
   * signal's reason when aborted: the sign-in itself goes on then
   */
  async waitUntilSignedIn(options: SignInOptions & { readonly signInId: string }): Promise<AuthStatus> {
    const source: SignInSource = {
      status: () => this.status(options),
      listen: (signal, tell) => void listen(this.#connection, signal, tell),
      lookEveryMs,
    };
    const { signInId, signal } = options;
    const before = this.#begun?.signInId === signInId ? this.#begun.before : undefined;
    return await waitUntilSignedIn(source, { signInId, before, signal });
  }

  /**
   * Finishes a sign-in with what the browser page shows (`code#state`).
   * @throws PosternError `no_sign_in_pending`, `state_mismatch`, `callback_invalid`, `code_rejected`, …
   */
  completePasted(pasted: string, options: SignInOptions = {}): Promise<AuthStatus> {
    return this.#forward({ pasted: pasted.trim() }, options);
  }

  /** Finishes a sign-in with a redirect that came by another way, such as a custom URL scheme. Same errors as `completePasted`. */
  forwardCallback(
    callback: Extract<ForwardedCallback, { code: string }>,
    options: SignInOptions = {},
  ): Promise<AuthStatus> {
    return this.#forward(callback, options);
  }

  /** Ends the sign-in that is waiting: of the credential that is named, or else whichever it is. */
  cancel(options: SignInOptions = {}): Promise<AuthStatus> {
    return this.#post('cancel', options);
  }

  /**
   * Renews the access token now.
   * @throws PosternError `not_signed_in`, `reauthorization_required`, `misconfigured`, `refresh_unavailable`, `refresh_uncertain`
   */
  refresh(options: SignInOptions = {}): Promise<AuthStatus> {
    return this.#post('refresh', options);
  }

  /** Removes the sign-in here, then revokes it at the server; says how the second went. Signing out twice is no error. */
  signOut(options: SignInOptions = {}): Promise<SignedOut> {
    return this.#post('logout', options);
  }

  #forward(callback: ForwardedCallback, options: SignInOptions): Promise<AuthStatus> {
    return this.#post('callback', options, callback);
  }

  #post<T>(step: string, options: SignInOptions, body: unknown = {}): Promise<T> {
    return this.#connection.json({
      method: 'POST',
      path: `/auth/anthropic/${step}`,
      query: { credential: options.credential },
      body,
      signal: options.signal,
    });
  }
}

/** Tells of every step of a sign-in, and (null) of each time the stream is open: then is the moment to look. */
async function listen(
  connection: Connection,
  signal: AbortSignal,
  tell: (step: SignInStep | null) => void,
): Promise<void> {
  try {
    const onConnection = (connected: boolean) => {
      if (connected) tell(null);
    };
    for await (const event of appEvents(connection, { signal, onConnection }))
      if (event.event === 'sign_in_changed') tell(event.data);
  } catch {
    // Looking every two seconds goes on without it, and meets the same error where it matters.
  }
}
