import { describe, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { type PendingPage, reduceSignIn, type SignInAction, type SignInStep } from './sign-in-step.ts';

const page: PendingPage = {
  signInId: 's1',
  authorizationUrl: 'https://id.example/authorize',
  expiresAt: '2026-11-24T12:00:00Z',
};
const failure = failureOfCode('state_mismatch');
const attempt = 1;

const steps: { readonly [Name in SignInStep['step']]: Extract<SignInStep, { step: Name }> } = {
  closed: { step: 'closed', attempt },
  starting: { step: 'starting', attempt },
  already_waiting: { step: 'already_waiting', attempt, page },
  address_shown: { step: 'address_shown', attempt, page },
  waiting: { step: 'waiting', attempt, page, pasteFailure: null },
  checking_code: { step: 'checking_code', attempt, page },
  succeeded: { step: 'succeeded', attempt, account: null, renewal: 'automatic' },
  failed: { step: 'failed', attempt, failure },
};

const actions: { readonly [Name in SignInAction['type']]: Extract<SignInAction, { type: Name }> } = {
  sign_in_opened: { type: 'sign_in_opened' },
  sign_in_address: { type: 'sign_in_address', attempt, page },
  sign_in_already_waiting: { type: 'sign_in_already_waiting', attempt, page },
  sign_in_page_opened: { type: 'sign_in_page_opened' },
  sign_in_code_pasted: { type: 'sign_in_code_pasted' },
  sign_in_code_refused: { type: 'sign_in_code_refused', attempt, failure },
  sign_in_succeeded: { type: 'sign_in_succeeded', attempt, account: null, renewal: 'automatic' },
  sign_in_failed: { type: 'sign_in_failed', attempt, failure },
  sign_in_closed: { type: 'sign_in_closed' },
};

/** Where each action leads from each step; `-` means that nothing changes. */
const table: Readonly<Record<SignInAction['type'], readonly (SignInStep['step'] | '-')[]>> = {
  // from: closed, starting, already_waiting, address_shown, waiting, checking_code, succeeded, failed
  sign_in_opened: [
    'starting',
    'starting',
    'starting',
    'starting',
    'starting',
    'starting',
    'starting',
    'starting',
  ],
  sign_in_address: ['-', 'address_shown', 'address_shown', '-', '-', '-', '-', '-'],
  sign_in_already_waiting: ['-', 'already_waiting', '-', '-', '-', '-', '-', '-'],
  sign_in_page_opened: ['-', '-', '-', 'waiting', '-', '-', '-', '-'],
  sign_in_code_pasted: ['-', '-', '-', 'checking_code', 'checking_code', '-', '-', '-'],
  sign_in_code_refused: ['-', '-', '-', '-', '-', 'waiting', '-', '-'],
  sign_in_succeeded: ['-', 'succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded', '-', 'succeeded'],
  sign_in_failed: ['-', 'failed', 'failed', 'failed', 'failed', 'failed', '-', 'failed'],
  sign_in_closed: ['-', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed'],
};

describe('a sign-in', () => {
  for (const action of Object.values(actions)) {
    Object.values(steps).forEach((step, index) => {
      const expected = table[action.type][index];
      it(`${step.step} + ${action.type} → ${expected === '-' ? 'unchanged' : expected}`, () => {
        const next = reduceSignIn(step, action);
        if (expected === '-') expect(next).toBe(step);
        else expect(next.step).toBe(expected);
      });
    });
  }

  it('hears nothing of an earlier attempt', () => {
    const later: SignInStep = { step: 'waiting', attempt: 2, page, pasteFailure: null };
    expect(reduceSignIn(later, actions.sign_in_failed)).toBe(later);
    expect(reduceSignIn(later, actions.sign_in_succeeded)).toBe(later);
  });

  it('keeps waiting after a wrong code, and says what was wrong with it', () => {
    expect(reduceSignIn(steps.checking_code, actions.sign_in_code_refused)).toMatchObject({
      step: 'waiting',
      page,
      pasteFailure: failure,
    });
  });
});
