import type { AuthStatus } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { connectedStatus } from '../../test/support/sample-facts.ts';
import { signInView } from './sign-in-view.ts';

const cases: readonly (readonly [string, Partial<AuthStatus>, string, readonly string[]])[] = [
  ['nobody signed in', { state: 'signed_out', connected: false }, 'Not signed in', ['Sign in']],
  ['a sign-in waiting', { state: 'pending', connected: false }, 'Not signed in', ['Sign in', 'Cancel']],
  ['a call accepted', {}, 'Signed in', ['Renew', 'Sign out']],
  ['no call tried', { connected: false }, 'Signed in, not tried yet', ['Renew', 'Sign out']],
  ['the end near', { expiresSoon: true }, 'Expires soon', ['Sign in', 'Renew', 'Sign out']],
  [
    'the end near and no way to renew',
    { expiresSoon: true, refreshable: false },
    'Expires soon',
    ['Sign in', 'Sign out'],
  ],
  ['renewing fails', { state: 'refresh_failing' }, 'Renewal failing', ['Renew', 'Sign out']],
  ['the server refuses', { state: 'misconfigured' }, 'Renewal failing', ['Renew', 'Sign out']],
  [
    'the access ended and the server refusing to renew it',
    { state: 'refresh_failing', connected: false, connectAgain: true },
    'Action needed',
    ['Sign in', 'Renew', 'Sign out'],
  ],
  [
    'the access ended and the server refusing this installation',
    { state: 'misconfigured', connected: false, connectAgain: true },
    'Action needed',
    ['Sign in', 'Renew', 'Sign out'],
  ],
  ['the sign-in ended', { state: 'reauthorization_required' }, 'Action needed', ['Sign in', 'Sign out']],
];

function offered(status: AuthStatus, refreshing = false): readonly string[] {
  const view = signInView(status, refreshing);
  const all = {
    'Sign in': view.canConnect,
    Renew: view.canRefresh,
    'Sign out': view.canDisconnect,
    Cancel: view.canCancel,
  };
  return Object.entries(all).flatMap(([name, can]) => (can ? [name] : []));
}

describe('the sign-in section', () => {
  for (const [when, change, label, actions] of cases)
    it(`says "${label}" with ${when}, and offers ${actions.join(', ')}`, () => {
      const status = { ...connectedStatus, ...change };
      expect(signInView(status, false).label).toBe(label);
      expect(offered(status)).toEqual(actions);
    });

  it.each<[string, Partial<AuthStatus>]>([
    ['signed out', { state: 'signed_out', connected: false }],
    ['connected', {}],
    ['ended', { state: 'reauthorization_required', connected: false }],
    ['refused', { state: 'refresh_failing', connected: false, connectAgain: true }],
  ])('never speaks of a plan where an organization is billed: %s', (_, change) => {
    const view = signInView({ ...connectedStatus, ...change, billing: 'linked_organization' }, false);
    expect(JSON.stringify(view)).not.toMatch(/plan/i);
  });

  it('offers nothing to connect or disconnect where the operator supplies the access', () => {
    const supplied = { ...connectedStatus, supplied: true, billing: 'linked_organization' as const };
    expect(offered(supplied)).toEqual(['Renew']);
    expect(signInView(supplied, false).sentence).toContain('Your operator provides');
  });

  it('says "Refreshing" while it renews, whatever the state', () => {
    expect(signInView({ ...connectedStatus, state: 'refresh_failing' }, true).label).toBe('Renewing');
  });

  it('shows the last error of a sign-in that did not come about, with what to do', () => {
    const lastError = {
      code: 'access_denied',
      title: 'Access was not granted',
      at: '2026-11-24T12:00:00Z',
      nextStep: 'Nothing has changed. Sign in again when you want to allow it.',
    };
    const view = signInView({ ...connectedStatus, state: 'signed_out', lastError }, false);
    expect(view.failure).toMatchObject({ code: 'access_denied', nextStep: lastError.nextStep });
  });

  it('keeps a failed renewal apart from a sign-in that ended: only the second needs a person', () => {
    expect(offered({ ...connectedStatus, state: 'refresh_failing' })).not.toContain('Sign in');
    expect(offered({ ...connectedStatus, state: 'reauthorization_required' })).toContain('Sign in');
  });
});
