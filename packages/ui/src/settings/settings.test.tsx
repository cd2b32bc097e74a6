// @vitest-environment happy-dom
import type { CredentialKind } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { ref } from '../../test/fake-facts.ts';
import { settled } from '../../test/support/act-now.ts';
import { connectedStatus } from '../../test/support/sample-facts.ts';
import { noWork } from '../state/pending-operation.ts';
import { whatIsWrong } from './api-key-field.tsx';
import { ApiKeySection } from './api-key-section.tsx';
import { CredentialCards } from './credential-cards.tsx';
import { FallbackSection } from './fallback-section.tsx';
import { SignInSection } from './sign-in-section.tsx';

afterEach(cleanup);

const nothing = () => {};
const actions = { refresh: nothing, signOut: nothing, cancelPending: nothing, noted: nothing };

/** Nobody is signed in, and a credential of this kind pays. */
function signedOut(kind: CredentialKind) {
  const activeCredential = { ...ref(kind), since: '2026-11-24T12:00:00.000Z', reason: 'preferred' } as const;
  return {
    status: { ...connectedStatus, state: 'signed_out', connected: false, account: null, activeCredential },
    ...{ work: noWork, dialogOpen: false, actions, onConnect: nothing },
  } as const;
}

describe('the API key', () => {
  it.each([
    ['', 'Paste the key first.'],
    ['sk-ant-oat01-xxxxxxxxxxxxxxxxxxxx', 'does not accept it'],
    ['sk-proj-xxxxxxxxxxxxxxxxxxxxxxxx', 'begins with sk-ant-api'],
    ['sk-ant-api03-short', 'not look like one complete key'],
    ['sk-ant-api03-with space-xxxxxxxxxxxx', 'not look like one complete key'],
  ])('%j is refused before it is sent anywhere', (key, why) => {
    expect(whatIsWrong(key)).toContain(why);
  });

  it('is sent once, and gone from the field once it is saved', async () => {
    const saved: string[] = [];
    let isRefused = true;
    const key = 'sk-ant-api03-abcdefghijklmnop';
    const saveKey = async (each: string) => {
      saved.push(each);
      return !isRefused;
    };
    render(
      <ApiKeySection
        settings={{ hasApiKey: false, apiKey: null }}
        isBackup={false}
        work={noWork}
        actions={{ saveKey, removeKey: nothing, noted: nothing }}
      />,
    );
    const field = screen.getByLabelText<HTMLInputElement>('API key');
    fireEvent.change(field, { target: { value: ` ${key} ` } });
    fireEvent.click(screen.getByRole('button', { name: 'Save key' }));
    await settled();
    expect(field.value).toContain(key);
    isRefused = false;
    fireEvent.click(screen.getByRole('button', { name: 'Save key' }));
    await settled();
    expect(saved).toEqual([key, key]);
    expect(field.value).toBe('');
    expect(document.body.textContent).toContain('you agree that Postern uses it when your sign-in fails');
  });

  it('steps back to a named backup beside a sign-in', () => {
    render(
      <ApiKeySection
        settings={{ hasApiKey: true, apiKey: { last4: 'wxyz' } }}
        isBackup
        work={noWork}
        actions={{ saveKey: async () => true, removeKey: nothing, noted: nothing }}
      />,
    );
    expect(screen.getByRole('heading').textContent).toContain('Backup API key');
    expect(document.body.textContent).toContain('ends in wxyz');
  });
});

describe('the sign-in section', () => {
  it('says with only a key that the key pays, and offers Connect', () => {
    render(<SignInSection {...signedOut('api_key')} configured />);
    expect(screen.getByRole('status', { name: 'Sign-in status' }).textContent).toBe('Not signed in');
    expect(document.body.textContent).toContain('Your API key is in use');
    expect(document.body.textContent).toContain('Sign in to use your plan first');
    expect(screen.getByRole('button', { name: 'Sign in…' })).toBeDefined();
  });

  it('says nothing of a key beside which another login pays, and offers no sign-in where there is none', () => {
    const { rerender } = render(<SignInSection {...signedOut('claude_code')} configured />);
    expect(document.body.textContent).not.toContain('is in use');
    rerender(<SignInSection {...signedOut('api_key')} configured={false} />);
    expect(document.body.textContent).toContain('Your API key is in use');
    expect(document.body.textContent).not.toContain('Sign in to use your plan first');
  });

  it('names account, organization and where the secret rests', () => {
    render(
      <SignInSection
        status={{
          ...connectedStatus,
          account: { email: 'ada@example.com', organization: 'Engines' },
          store: { kind: 'os_keychain', persisted: true, healthy: false, detail: 'The keychain is locked.' },
        }}
        work={noWork}
        dialogOpen={false}
        configured
        actions={actions}
        onConnect={nothing}
      />,
    );
    for (const text of ['ada@example.com', 'Engines', 'Postern can’t reach its secret storage'])
      expect(document.body.textContent).toContain(text);
  });
});

it('says that nothing can be written where secrets are in memory anyway', () => {
  const detail = 'The disk is full or cannot be written (SQLite 8). The old record is whole.';
  render(
    <SignInSection
      status={{ ...connectedStatus, store: { kind: 'memory', persisted: false, healthy: false, detail } }}
      work={noWork}
      dialogOpen={false}
      configured
      actions={actions}
      onConnect={nothing}
    />,
  );
  expect(document.body.textContent).toContain('Postern can’t write to its data directory');
  expect(document.body.textContent).not.toContain('secret storage');
});

it('moves a credential by keyboard, and says where it is now', () => {
  const orders: (readonly CredentialKind[])[] = [];
  render(
    <CredentialCards
      order={['oauth', 'claude_code', 'console_profile', 'api_key']}
      payerOf={() => 'nobody'}
      onOrder={(order) => orders.push(order)}
      stateOf={() => null}
      accountsOf={() => null}
    />,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Move API key up' }));
  expect(orders).toEqual([['oauth', 'claude_code', 'api_key', 'console_profile']]);
  expect(document.body.textContent).toContain('API key is now 3 of 4.');
});

it('changes the fallback policy by sentences, and the cap by an amount', () => {
  const patches: unknown[] = [];
  render(
    <FallbackSection
      fallback={{ onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 }}
      spent={null}
      onChange={(patch) => patches.push(patch)}
    />,
  );
  fireEvent.click(screen.getByLabelText('Stop and tell me'));
  const cap = screen.getByLabelText('Daily cap in US dollars');
  fireEvent.change(cap, { target: { value: 'much' } });
  fireEvent.focusOut(cap);
  expect(screen.getByRole('alert').textContent).toContain('Enter an amount');
  fireEvent.change(cap, { target: { value: '$12.50' } });
  fireEvent.focusOut(cap);
  fireEvent.change(cap, { target: { value: '' } });
  fireEvent.focusOut(cap);
  fireEvent.change(cap, { target: { value: '1,000' } });
  fireEvent.focusOut(cap);
  const caps = [12.5, null, 1_000].map((capUsdPerDay) => ({ capUsdPerDay }));
  expect(patches).toEqual([{ onAuthFailure: 'never' }, ...caps]);
});

it('keeps what is typed for one cap while another one is saved', () => {
  const fallback = { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 } as const;
  const section = (capUsdPerDay: number) => (
    <FallbackSection fallback={{ ...fallback, capUsdPerDay }} spent={null} onChange={nothing} />
  );
  const { rerender } = render(section(5));
  const month = screen.getByLabelText<HTMLInputElement>('Monthly cap in US dollars');
  month.focus();
  fireEvent.change(month, { target: { value: '80' } });
  rerender(section(7));
  expect([document.activeElement, month.value]).toEqual([month, '80']);
  expect(screen.getByLabelText<HTMLInputElement>('Daily cap in US dollars').value).toBe('7');
});
