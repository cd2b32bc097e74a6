import { type PosternClient, PosternError } from '@postern/client';
import type { AuthStatus, CredentialView } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { connectedStatus, credential } from '../../test/support/sample-facts.ts';
import { movesFor } from './sandbox-actions.ts';

/** Makes a move, and tells what was posted to the sandbox and asked of Postern. */
async function make(
  name: string,
  state: AuthStatus['state'],
  ...answers: readonly (CredentialView | PosternError)[]
) {
  return await makeWhere('plan', name, state, answers);
}

async function makeWhere(
  billing: AuthStatus['billing'],
  name: string,
  state: AuthStatus['state'],
  answers: readonly (CredentialView | PosternError)[],
) {
  const refused = answers.find((each) => each instanceof PosternError);
  const credentials = answers.filter((each) => !(each instanceof PosternError));
  const done: unknown[] = [];
  const client = {
    auth: {
      status: async () => ({ ...connectedStatus, state }),
      refresh: async () => {
        if (refused !== undefined) throw refused;
        done.push('refresh');
      },
    },
    credentials: async () => credentials,
  } as unknown as PosternClient;
  const move = movesFor(billing).find((each) => each.name === name);
  const outcome = await move?.act(async (action, body) => {
    done.push({ action, ...body });
    return null;
  }, client);
  return { done, outcome };
}

const restored = [
  { action: 'offline', on: false },
  { action: 'limit', on: false },
];

describe('"Bring it back"', () => {
  it('leads back at once where nothing rests', async () => {
    expect(await make('Bring it back', 'signed_in', credential('oauth'))).toEqual({
      done: restored,
      outcome: null,
    });
  });

  it('counts down to the reset that Postern keeps to', async () => {
    const cooldownUntil = '2026-11-24T12:00:15Z';
    const { outcome } = await make('Bring it back', 'signed_in', credential('oauth', { cooldownUntil }));
    expect(outcome).toMatchObject({ backAt: cooldownUntil });
  });

  it('renews the sign-in where renewing had failed', async () => {
    const { done, outcome } = await make('Bring it back', 'refresh_failing');
    expect(done).toEqual([...restored, 'refresh']);
    expect(outcome?.text).toContain('as by “Renew now” in Settings');
  });

  it('says that renewing rests, where it does: the panel has no way around it', async () => {
    const refused = new PosternError(
      { code: 'refresh_unavailable', status: 503, title: 't', detail: 'd', retryable: true },
      { retryAfterMs: 4_000 },
    );
    const { outcome } = await make('Bring it back', 'refresh_failing', refused);
    expect(outcome?.text).toContain('renewal is paused for a moment');
    expect(Date.parse(outcome?.backAt ?? '')).toBeGreaterThan(Date.now());
    const broken = new PosternError(
      { code: 'misconfigured', status: 502, title: 't', detail: 'd', retryable: false },
      { retryAfterMs: null },
    );
    await expect(make('Bring it back', 'refresh_failing', broken)).rejects.toBe(broken);
  });

  it('says that what was revoked needs a person', async () => {
    const { done, outcome } = await make('Bring it back', 'reauthorization_required');
    expect(done).toEqual(restored);
    expect(outcome?.text).toContain('sign in again');
  });
});

it('uses the window up for seconds, counted from the first question that hears of it', async () => {
  const { done } = await make('Hit the limit', 'signed_in');
  expect(done).toEqual([
    { action: 'limit', window: 'five_hour', resetsInSeconds: 15, from: 'first_refusal' },
  ]);
});

describe('where a linked organization pays', () => {
  it('scripts what can go wrong there, and takes all of it back', async () => {
    const names = movesFor('linked_organization').map(({ name }) => name);
    expect(names).not.toContain('Hit the limit');
    const done: unknown[] = [];
    for (const name of ['Reach the spend cap', 'Unlink in silence', 'Break the proof', 'Bring it back'])
      done.push(...(await makeWhere('linked_organization', name, 'signed_in', [])).done);
    expect(done).toEqual([
      { action: 'platform', refuse: 'linked_organization_spend_limit_reached' },
      { action: 'platform', unlink: true },
      { action: 'platform', assertionFault: 'wrong_aud' },
      { action: 'offline', on: false },
      { action: 'platform', refuse: null, assertionFault: null },
    ]);
  });

  it('offers every refusal that the sandbox can give', async () => {
    const refused: unknown[] = [];
    for (const { act } of movesFor('linked_organization'))
      await act(
        async (_action, { refuse }) => {
          if (typeof refuse === 'string') refused.push(refuse);
          return null;
        },
        {
          updateSettings: async () => undefined,
          auth: { status: async () => connectedStatus },
          credentials: async () => [],
        } as unknown as PosternClient,
      );
    // The sixth is what an ended link answers.
    expect(refused).toEqual([
      'linked_organization_spend_limit_reached',
      'linked_organization_billing_unavailable',
      'user_profile_not_billable',
      'user_profile_not_found',
      'user_profile_required',
    ]);
  });
});
