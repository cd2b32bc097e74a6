// @vitest-environment happy-dom
import { PosternError } from '@postern/client';
import { type CredentialView, problemOf, type Settings } from '@postern/contract';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { credential, settingsWith } from '../../test/support/sample-facts.ts';
import type { AccountDetails, AccountListActions } from './account-list-actions.ts';
import { CredentialsSection } from './credentials-section.tsx';

afterEach(cleanup);

/** The section over some credentials, and what was asked of it. */
function draw(
  credentials: readonly CredentialView[],
  accounts: Settings['accounts'] = [],
  look: () => Promise<AccountDetails> = async () => ({ email: null, organization: null, alsoEnds: null }),
  reorder: AccountListActions['reorder'] | null = null,
): readonly string[] {
  const done: string[] = [];
  const note = async (what: string) => void done.push(what);
  const actions: AccountListActions = {
    look,
    rename: ({ id }, label) => note(`rename ${id} ${label}`),
    reorder: reorder ?? ((ordered) => note(`order ${ordered.map(({ id }) => id).join(' ')}`)),
    addSignIn: async (kind, label) => {
      await note(`add ${kind} ${label}`);
      return `${kind}:new`;
    },
    addKey: (label, key) => note(`add key ${label} ${key.length}`),
    refresh: (id) => note(`refresh ${id}`),
    signOut: ({ id }) => note(`sign out ${id}`),
    remove: ({ id }) => note(`remove ${id}`),
  };
  render(
    <CredentialsSection
      settings={settingsWith({ accounts })}
      credentials={credentials}
      activeId="oauth:default"
      nowMs={0}
      actions={actions}
      onOrder={() => {}}
      onSignIn={(kind, id) => void done.push(`sign in ${kind} ${id}`)}
    />,
  );
  return done;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const oauth = credential('oauth', { label: 'ada@example.com' });
const work = credential('oauth', { id: 'oauth:work', label: 'Work' });
const claude = credential('claude_code', { label: 'me@example.com' });

describe('the accounts of a kind', () => {
  it('are listed with their state, and changed in order within the kind', () => {
    const done = draw([oauth, work]);
    expect(screen.getByText('ada@example.com')).toBeDefined();
    expect(screen.getByText('In use')).toBeDefined();
    press('Try Work earlier');
    expect(done).toEqual(['order oauth:work oauth:default']);
  });

  it('say why they could not be moved', async () => {
    draw([oauth, work], [], undefined, async () => {
      throw new PosternError(problemOf('storage_full'));
    });
    press('Try Work earlier');
    await settled();
    expect(screen.getByRole('alert').textContent).toContain(problemOf('storage_full').title);
    press('Manage Work');
    press('Close');
    expect(screen.getByRole('alert')).toBeDefined();
  });

  it('are no list where nothing is set up: the first one says what to do', () => {
    const nothing = credential('api_key', { status: 'absent', nextStep: 'Save a key.' });
    draw([nothing]);
    expect(screen.queryByRole('button', { name: /Manage/ })).toBeNull();
    expect(screen.getByText('Save a key.')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Add key…' })).toBeNull();
  });

  it('are added only where Postern can', () => {
    draw([oauth, claude, credential('console_profile', { label: 'team' })]);
    expect(screen.getByRole('button', { name: 'Add sign-in…' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Add account…' })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Add key…' })).toBeNull();
    cleanup();
    draw([credential('claude_code', { status: 'not_configured' })]);
    expect(screen.queryByRole('button', { name: 'Add account…' })).toBeNull();
  });
});

describe('a further account', () => {
  it('is named, then signed in', async () => {
    const done = draw([oauth]);
    press('Add sign-in…');
    press('Continue to sign-in');
    expect(screen.getByRole('alert').textContent).toContain('Enter a name');
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: ' Work ' } });
    press('Continue to sign-in');
    await expect.poll(() => done).toEqual(['add oauth Work', 'sign in oauth oauth:new']);
  });

  it('may be a key, which is looked at before it is sent', async () => {
    const done = draw([credential('api_key')]);
    press('Add key…');
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Team' } });
    fireEvent.change(screen.getByLabelText('API key'), {
      target: { value: 'sk-ant-oat01-0123456789abcdef' },
    });
    press('Save key');
    expect(screen.getByRole('alert').textContent).toContain('does not accept it');
    fireEvent.change(screen.getByLabelText('API key'), {
      target: { value: 'sk-ant-api03-0123456789abcdef' },
    });
    press('Save key');
    await expect.poll(() => done).toEqual(['add key Team 29']);
  });
});

describe('managing an account', () => {
  it('says whose it is, and renames it', async () => {
    const done = draw([oauth, work], [{ id: 'oauth:work', label: 'Work' }], async () => ({
      email: 'ada@engines.example',
      organization: 'Engines',
      alsoEnds: null,
    }));
    press('Manage Work');
    await screen.findByText('ada@engines.example');
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: '' } });
    press('Save name');
    expect(done).toEqual(['rename oauth:work null']);
  });

  it('signs out of Claude Code only after it was said what else that ends', async () => {
    let tell: (details: AccountDetails) => void = () => {};
    const done = draw([claude], [], () => new Promise((resolve) => (tell = resolve)));
    press('Manage me@example.com');
    press('Sign out…');
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Sign out' });
    expect(button.disabled).toBe(true);
    tell({ email: null, organization: null, alsoEnds: 'It also signs out your terminal.' });
    await screen.findByText('It also signs out your terminal.');
    expect(done).toEqual([]);
    press('Sign out');
    await expect.poll(() => done).toEqual(['sign out claude_code:default']);
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  });

  it('keeps what a person does not want to lose', async () => {
    const done = draw([claude]);
    press('Manage me@example.com');
    press('Sign out…');
    press('Cancel');
    expect(within(screen.getByRole('dialog')).getByText('Claude Code login')).toBeDefined();
    expect(done).toEqual([]);
  });

  it('removes what was added, and says what that means; the person’s own login cannot be removed', async () => {
    const team = credential('claude_code', { id: 'claude_code:team', label: 'Team' });
    const done = draw([claude, team]);
    press('Manage me@example.com');
    expect(screen.queryByRole('button', { name: 'Remove…' })).toBeNull();
    press('Close');
    press('Manage Team');
    press('Remove…');
    await screen.findByText(/Its conversations are kept/);
    press('Remove');
    await expect.poll(() => done).toEqual(['remove claude_code:team']);
  });

  it('shows what went wrong, and stays', async () => {
    draw([oauth], [], async () => {
      throw new Error('no answer');
    });
    press('Manage ada@example.com');
    await screen.findByRole('alert');
    expect(screen.getByRole('dialog')).toBeDefined();
  });
});
