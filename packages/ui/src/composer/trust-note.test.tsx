// @vitest-environment happy-dom
import { PosternError } from '@postern/client';
import { problemOf, type WorkspaceLook } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { TrustNote } from './trust-note.tsx';

afterEach(cleanup);

const look = (trust: WorkspaceLook['trust'], hash: string): WorkspaceLook => ({
  path: '/projects',
  trust,
  hash,
  items: [
    {
      kind: 'instructions',
      name: 'CLAUDE.md',
      file: 'CLAUDE.md',
      summary: '',
      loads: true,
      reason: null,
      text: `text of ${hash}`,
    },
    {
      kind: 'hook',
      name: 'Stop',
      file: '.claude/settings.json',
      summary: '',
      loads: false,
      reason: 'Never.',
      text: null,
    },
  ],
});

describe('the trust in a folder', () => {
  it('is one click on what is shown, and shows what loads and what never does', async () => {
    let now = look('none', 'one');
    const trust = vi.fn(async () => {
      now = look('trusted', 'one');
      return now;
    });
    render(<TrustNote workspace="/projects" queryId={null} look={async () => now} trust={trust} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Review' }));
    const sheet = await screen.findByRole('dialog');
    expect(sheet.textContent).toContain('text of one');
    expect(sheet.textContent).toContain('Hook Stop, .claude/settings.json: Never.');
    fireEvent.click(screen.getByRole('button', { name: 'Trust this folder' }));
    await screen.findByText('This folder’s instructions are loaded.');
    expect(trust.mock.calls).toEqual([[{ path: '/projects', hash: 'one' }]]);
  });

  it('is not given to what nobody saw: a change is shown first', async () => {
    let now = look('none', 'one');
    const changed = new PosternError({ ...problemOf('workspace_changed'), status: 409 });
    const trust = vi.fn(async ({ hash }: { hash: string | null }) => {
      if (hash !== now.hash) throw changed;
      now = look('trusted', now.hash);
      return now;
    });
    render(<TrustNote workspace="/projects" queryId={null} look={async () => now} trust={trust} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Review' }));
    const yes = await screen.findByRole('button', { name: 'Trust this folder' });
    now = look('none', 'two');
    fireEvent.click(yes);
    expect((await screen.findByRole('alert')).textContent).toContain('The folder has changed');
    expect((await screen.findByText('text of two')).textContent).toBe('text of two');
    fireEvent.click(screen.getByRole('button', { name: 'Trust this folder' }));
    await screen.findByText('This folder’s instructions are loaded.');
    expect(trust.mock.calls.map(([{ hash }]) => hash)).toEqual(['one', 'two']);
  });

  it('is looked at again when a query begins and when it has ended, but not below the sheet', async () => {
    let now = look('trusted', 'one');
    const note = (queryId: string | null) => (
      <TrustNote workspace="/projects" queryId={queryId} look={async () => now} trust={vi.fn()} />
    );
    const { rerender } = render(note(null));
    const loaded = 'This folder’s instructions are loaded.';
    const changed = 'This folder’s instructions have changed and are not loaded.';
    await screen.findByText(loaded);
    now = look('changed', 'two');
    rerender(note('q1'));
    await screen.findByText(changed);
    now = look('trusted', 'two');
    rerender(note(null));
    await screen.findByText(loaded);

    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    await screen.findByText('text of two');
    now = look('changed', 'three');
    rerender(note('q2'));
    await settled();
    expect(screen.queryByText('text of three')).toBeNull();
    fireEvent.click(screen.getAllByRole('button', { name: 'Close' }).at(-1) ?? document.body);
    await screen.findByText(changed);
  });

  it('says nothing where there is nothing to trust', async () => {
    const seen = vi.fn(async () => ({ ...look('none', 'one'), items: [] }));
    const { container } = render(
      <TrustNote workspace="/projects" queryId={null} look={seen} trust={vi.fn()} />,
    );
    await vi.waitFor(() => expect(seen).toHaveBeenCalled());
    expect(container.textContent).toBe('');
  });
});
