// @vitest-environment happy-dom
import type { StoreHealth } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { connectedStatus } from '../../test/support/sample-facts.ts';
import { failureOfCode } from '../format/index.ts';
import type { PendingPage, SignInStep } from '../state/sign-in-step.ts';
import type { SignInActions } from './sign-in-actions.ts';
import { SignInDialog } from './sign-in-dialog.tsx';

const page: PendingPage = {
  signInId: 's1',
  authorizationUrl: 'https://id.example/authorize?state=x',
  expiresAt: new Date(Date.now() + 300_000).toISOString(),
};
const attempt = 1;
const failure = failureOfCode('access_denied');

const noOthers = { status: connectedStatus, onClaudeCode: () => {}, onKey: () => {} };

/** Every step, what it must say, and the buttons and links it must offer. A new step does not compile until it is here. */
const drawn: {
  readonly [Name in Exclude<SignInStep['step'], 'closed'>]: {
    readonly step: Extract<SignInStep, { step: Name }>;
    readonly says: RegExp;
    readonly offers: readonly string[];
  };
} = {
  starting: { step: { step: 'starting', attempt }, says: /Preparing the sign-in page/, offers: ['Cancel'] },
  already_waiting: {
    step: { step: 'already_waiting', attempt, page },
    says: /already open/,
    offers: ['Continue', 'Start over', 'Cancel'],
  },
  address_shown: {
    step: { step: 'address_shown', attempt, page },
    says: /id\.example\/authorize/,
    offers: ['Open in browser', 'Cancel', 'Copy address'],
  },
  waiting: {
    step: { step: 'waiting', attempt, page, pasteFailure: failureOfCode('state_mismatch') },
    says: /This answer does not belong/,
    offers: ['Submit code', 'Cancel'],
  },
  checking_code: {
    step: { step: 'checking_code', attempt, page },
    says: /Checking the code/,
    offers: ['Submit code', 'Cancel'],
  },
  succeeded: {
    step: { step: 'succeeded', attempt, account: 'ada@example.com', renewal: 'impossible' },
    says: /Signed in as ada@example.com.*It can’t be renewed/,
    offers: ['Done'],
  },
  failed: {
    step: { step: 'failed', attempt, failure },
    says: /Access was not granted/,
    offers: ['Try again', 'Not now'],
  },
};

function recorder(): { readonly actions: SignInActions; readonly done: string[] } {
  const done: string[] = [];
  const note = (name: string) => (value?: unknown) => {
    done.push(typeof value === 'string' ? `${name} ${value}` : name);
  };
  return {
    done,
    actions: {
      open: note('open'),
      startAgain: note('startAgain'),
      goOn: note('goOn'),
      pageOpened: note('pageOpened'),
      paste: note('paste'),
      cancel: note('cancel'),
      close: note('close'),
    },
  };
}

afterEach(cleanup);

function names(): readonly string[] {
  return [...document.querySelectorAll('dialog button, dialog a')].map(
    (element) => element.getAttribute('aria-label') ?? element.textContent ?? '',
  );
}

describe('the sign-in dialog', () => {
  for (const [name, { step, says, offers }] of Object.entries(drawn))
    it(`draws ${name}, and offers ${offers.join(', ')}`, () => {
      render(<SignInDialog step={step} actions={recorder().actions} {...noOthers} />);
      expect(document.querySelector('dialog')?.textContent).toMatch(says);
      for (const offer of offers) expect(names()).toContain(offer);
    });

  it('says without a server what is missing, and offers the two other ways before another try', () => {
    const { actions, done } = recorder();
    render(
      <SignInDialog
        step={{ step: 'failed', attempt, failure: failureOfCode('oauth_not_configured') }}
        status={connectedStatus}
        actions={actions}
        onClaudeCode={() => done.push('claude code')}
        onKey={() => done.push('key')}
      />,
    );
    expect(screen.getByRole('dialog').textContent).toContain('POSTERN_OAUTH_CLIENT_ID');
    expect(names().slice(1)).toEqual(['Use Claude Code', 'Add an API key', 'Try again', 'Not now']);
    expect(document.querySelectorAll('.button-primary')).toHaveLength(1);
    fireEvent.click(screen.getByText('Use Claude Code'));
    fireEvent.click(screen.getByText('Add an API key'));
    fireEvent.click(screen.getByText('Try again'));
    expect(done).toEqual(['claude code', 'key', 'startAgain']);
  });

  it('is not there when closed', () => {
    render(<SignInDialog step={{ step: 'closed', attempt }} actions={recorder().actions} {...noOthers} />);
    expect(document.querySelector('dialog')).toBeNull();
  });

  it('shows the address before anything is opened, and opens it by a link without a handle on this page', () => {
    render(<SignInDialog step={drawn.address_shown.step} actions={recorder().actions} {...noOthers} />);
    const link = screen.getByText('Open in browser').closest('a');
    expect(link?.getAttribute('href')).toBe(page.authorizationUrl);
    expect(link?.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('offers no link where the address is no web address', () => {
    const odd = { ...page, authorizationUrl: 'javascript:alert(1)' };
    render(
      <SignInDialog
        step={{ step: 'address_shown', attempt, page: odd }}
        actions={recorder().actions}
        {...noOthers}
      />,
    );
    expect(screen.queryByText('Open in browser')).toBeNull();
  });

  it('takes a pasted code without the spaces around it', () => {
    const { actions, done } = recorder();
    const step: SignInStep = { step: 'waiting', attempt, page, pasteFailure: null };
    render(<SignInDialog step={step} actions={actions} {...noOthers} />);
    fireEvent.change(screen.getByLabelText('Code from the page'), { target: { value: '  abc#def ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Submit code' }));
    expect(done).toEqual(['paste abc#def']);
  });

  it('tells cancelling, which ends the sign-in, from closing, which does not', () => {
    const { actions, done } = recorder();
    const step: SignInStep = { step: 'waiting', attempt, page, pasteFailure: null };
    render(<SignInDialog step={step} actions={actions} {...noOthers} />);
    fireEvent.click(screen.getByText('Cancel'));
    fireEvent.click(screen.getByLabelText('Close'));
    expect(done).toEqual(['cancel', 'close']);
  });

  it('says what went wrong, what to do, and the code to look it up by', () => {
    render(<SignInDialog step={drawn.failed.step} actions={recorder().actions} {...noOthers} />);
    const text = screen.getByRole('alert').textContent ?? '';
    expect(text).toContain(failure.title);
    expect(text).toContain(failure.nextStep);
    expect(text).toContain('access_denied');
  });
});

it('says where the token is kept, as it is kept', () => {
  const step = drawn.address_shown.step;
  const kept = (kind: StoreHealth['kind']) => ({
    ...noOthers,
    status: { ...connectedStatus, store: { ...connectedStatus.store, kind } },
  });
  const { rerender } = render(<SignInDialog step={step} actions={recorder().actions} {...kept('memory')} />);
  expect(document.body.textContent).toContain('in memory only');
  expect(document.body.textContent).not.toContain('ncrypted');
  rerender(<SignInDialog step={step} actions={recorder().actions} {...kept('os_keychain')} />);
  expect(document.body.textContent).toContain('Encrypted on this computer');
});

it('is called what it signs in to where a linked organization pays', () => {
  const status = { ...connectedStatus, billing: 'linked_organization' } as const;
  const step = drawn.address_shown.step;
  render(<SignInDialog step={step} actions={recorder().actions} {...noOthers} status={status} />);
  expect(screen.getByRole('dialog').textContent).toContain('Linked organization');
  expect(screen.getByRole('dialog').textContent).not.toContain('plan');
});
