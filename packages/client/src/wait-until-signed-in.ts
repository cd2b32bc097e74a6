import type { AppEvent, AuthStatus } from '@postern/contract';
import { pause } from './back-off.ts';
import { ownError, PosternError } from './postern-error.ts';
import { signInOutcome } from './sign-in-outcome.ts';

/** A step of a sign-in as the event stream tells it. */
export type SignInStep = Extract<AppEvent, { event: 'sign_in_changed' }>['data'];

/** How the one who waits learns what is so. */
export interface SignInSource {
  status(): Promise<AuthStatus>;
  /** Calls `tell` with each step, and with null when it is worth looking now, until aborted. Null where nothing tells. */
  readonly listen: ((signal: AbortSignal, tell: (step: SignInStep | null) => void) => void) | null;
  /** Polling interval without events, in milliseconds. */
  readonly lookEveryMs: number;
}

/** Longer than the 30 s that a token request may take: who is undecided then has been cancelled elsewhere. */
const settledAfterMs = 40_000;

/**
 * Waits until a sign-in that was begun has ended, and gives the status then. `before` is the status from before its start;
 * without it, the first one seen.
 * @throws PosternError the code it ended with; the signal's reason when aborted: the sign-in itself goes on then
 */
export async function waitUntilSignedIn(
  source: SignInSource,
  signIn: {
    readonly signInId: string;
    readonly before?: AuthStatus | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<AuthStatus> {
  const { signInId, signal } = signIn;
  const listening = new AbortController();
  const ear = { wake: new AbortController(), heard: null as SignInStep | null };
  source.listen?.(listening.signal, (step) => {
    ear.heard = step ?? ear.heard;
    ear.wake.abort();
  });
  try {
    let before = signIn.before;
    let settlingSinceMs: number | null = null;
    for (;;) {
      signal?.throwIfAborted();
      // Both are read before the poll, so that an event during it triggers the next one at once.
      const nap = new AbortController();
      ear.wake = nap;
      const { heard } = ear;
      const status = await source.status();
      before ??= status;
      const outcome = signInOutcome(before, status, signInId);
      if (outcome.type === 'signed_in') return status;
      if (outcome.type === 'failed') throw failed(outcome.code, status);
      if (outcome.type === 'superseded')
        throw ownError('sign_in_cancelled', { detail: 'Another sign-in took its place.' });
      if (outcome.type === 'settling') {
        settlingSinceMs ??= Date.now();
        const longEnough = Date.now() - settlingSinceMs > settledAfterMs;
        if (status.state === 'signed_in' && (heard?.step === 'completed' || longEnough)) return status;
        if (heard?.step === 'failed') throw failed(heard.code ?? 'authorization_failed', status);
        if (heard?.step === 'cancelled' || longEnough) throw ownError('sign_in_cancelled');
      }
      await pause(
        source.lookEveryMs,
        signal === undefined ? nap.signal : AbortSignal.any([signal, nap.signal]),
      );
    }
  } finally {
    listening.abort();
  }
}

function failed(code: string, status: AuthStatus): PosternError {
  const { lastError } = status;
  const known = lastError?.code === code ? lastError : null;
  return new PosternError({
    code,
    status: 400,
    title: known?.title ?? 'The sign-in did not succeed',
    detail: known?.nextStep ?? 'Sign in again.',
    retryable: false,
  });
}
