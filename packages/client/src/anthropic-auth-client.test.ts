import type { AuthStatus } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  frame,
  json,
  type Reply,
  type ScriptedSidecar,
  startScriptedSidecar,
  stream,
} from '../test/scripted-sidecar.ts';
import { AnthropicAuthClient } from './anthropic-auth-client.ts';
import { signInOutcome } from './sign-in-outcome.ts';

const signedOut: AuthStatus = {
  state: 'signed_out',
  connected: false,
  expiresAt: null,
  expiresSoon: false,
  refreshable: false,
  scopes: [],
  account: null,
  provider: 'sandbox',
  fallbackAvailable: false,
  connectAgain: false,
  billing: 'plan',
  supplied: false,
  activeCredential: null,
  store: { kind: 'memory', persisted: false, healthy: true, detail: 'In memory.' },
  pendingSignIn: null,
  lastError: null,
  revocation: null,
};
const pendingSignIn = {
  signInId: 's1',
  authorizationUrl: 'http://127.0.0.1:1/authorize',
  expiresAt: '2026-11-23T10:05:00.000Z',
};
const pending: AuthStatus = { ...signedOut, state: 'pending', pendingSignIn };
const signedIn: AuthStatus = { ...signedOut, state: 'signed_in', expiresAt: '2026-11-23T18:00:00.000Z' };
const lastError = {
  code: 'access_denied',
  title: 'Access was not granted',
  at: '2026-11-23T10:01:00.000Z',
  nextStep: 'Nothing has changed.',
};

describe('signInOutcome', () => {
  const cases: readonly (readonly [string, AuthStatus, AuthStatus, string])[] = [
    ['is waiting while the sign-in is pending', signedOut, pending, 'waiting'],
    ['is settling between the redirect and the end of the exchange', signedOut, signedOut, 'settling'],
    ['is signed in when there was no sign-in before', signedOut, signedIn, 'signed_in'],
    ['is not fooled by a sign-in that was there before', signedIn, signedIn, 'settling'],
    ['is signed in when the tokens are others', { ...signedIn, expiresAt: null }, signedIn, 'signed_in'],
    ['is failed with a new error', signedOut, { ...signedOut, lastError }, 'failed'],
    ['is not failed by an old error', { ...signedOut, lastError }, { ...signedOut, lastError }, 'settling'],
    [
      'is not failed by an error about the sign-in that was there before',
      signedOut,
      { ...signedOut, lastError: { ...lastError, code: 'reauthorization_required' } },
      'settling',
    ],
    [
      'is superseded by another sign-in',
      signedOut,
      { ...pending, pendingSignIn: { ...pendingSignIn, signInId: 's2' } },
      'superseded',
    ],
  ];
  it.each(cases)('%s', (_name, before, now, outcome) => {
    expect(signInOutcome(before, now, 's1').type).toBe(outcome);
  });
});

describe('AnthropicAuthClient', () => {
  let sidecar: ScriptedSidecar;
  let auth: AnthropicAuthClient;
  /** Writes a step of the sign-in to the open event stream. */
  let tell: (step: string, code: string | null) => void;
  beforeEach(async () => {
    sidecar = await startScriptedSidecar();
    auth = new AnthropicAuthClient({ baseUrl: sidecar.url, token: 't' });
    sidecar.on('GET /auth/anthropic/start', json({ ...pendingSignIn, redirectUri: 'http://127.0.0.1:1/cb' }));
    const events: Reply = (response, request) => {
      void stream([], 'stay')(response, request);
      tell = (step, code) => response.write(frame(1, 'sign_in_changed', { state: 'signed_out', step, code }));
    };
    sidecar.on('GET /events', events);
  });
  afterEach(() => sidecar.close());

  /** The status from before, while pending, and after. */
  const statuses = (...after: AuthStatus[]) =>
    sidecar.on(
      'GET /auth/anthropic/status',
      ...[signedOut, pending, pending, ...after].map((each) => json(each)),
    );

  /** Waits for the look that the opening of the event stream brings, then hears the step. */
  async function hear(step: string, code: string | null): Promise<void> {
    await sidecar.arrived('GET /auth/anthropic/status', 3);
    tell(step, code);
  }

  it('resolves as soon as the sign-in is completed', async () => {
    statuses(signedIn);
    const { signInId } = await auth.start({ restart: true });
    expect(sidecar.requests.at(-1)?.url).toBe('/auth/anthropic/start?restart=1');
    const wait = auth.waitUntilSignedIn({ signInId });
    await hear('completed', null);
    expect(await wait).toEqual(signedIn);
  });

  it('rejects with the code and sentences of what went wrong', async () => {
    statuses({ ...signedOut, lastError });
    const { signInId } = await auth.start();
    const wait = auth.waitUntilSignedIn({ signInId });
    const expected = expect(wait).rejects.toMatchObject({
      code: 'access_denied',
      title: lastError.title,
      detail: lastError.nextStep,
    });
    await hear('failed', 'access_denied');
    await expected;
  });

  it('rejects when it was cancelled elsewhere', async () => {
    statuses(signedOut);
    const { signInId } = await auth.start();
    const expected = expect(auth.waitUntilSignedIn({ signInId })).rejects.toMatchObject({
      code: 'sign_in_cancelled',
    });
    await hear('cancelled', null);
    await expected;
  });

  it('does not take the moment between redirect and exchange for an end', async () => {
    statuses(signedOut, signedIn);
    const { signInId } = await auth.start();
    const wait = auth.waitUntilSignedIn({ signInId });
    await hear('started', null);
    await sidecar.arrived('GET /auth/anthropic/status', 4);
    tell('completed', null);
    expect(await wait).toEqual(signedIn);
  });

  it('stops waiting when aborted, and leaves the sign-in alone', async () => {
    statuses(pending);
    const { signInId } = await auth.start();
    const controller = new AbortController();
    const wait = auth.waitUntilSignedIn({ signInId, signal: controller.signal });
    const expected = expect(wait).rejects.toThrow('enough');
    await sidecar.arrived('GET /auth/anthropic/status', 3);
    controller.abort(new Error('enough'));
    await expected;
    expect(sidecar.requests.every((each) => each.method === 'GET')).toBe(true);
  });
});
