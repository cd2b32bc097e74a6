// @vitest-environment happy-dom
import { PosternError } from '@postern/client';
import { problemOf, type WorkspaceLook } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
    const trust = vi.fn(async () => look('trusted', 'one'));
    render(<TrustNote workspace="/projects" look={async () => look('none', 'one')} trust={trust} />);
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
    const trust = vi.fn(async ({ hash }: { hash: string | null }) =>
      hash === now.hash ? look('trusted', now.hash) : Promise.reject(changed),
    );
    render(<TrustNote workspace="/projects" look={async () => now} trust={trust} />);
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

  it('says nothing where there is nothing to trust', async () => {
    const seen = vi.fn(async () => ({ ...look('none', 'one'), items: [] }));
    const { container } = render(<TrustNote workspace="/projects" look={seen} trust={vi.fn()} />);
    await vi.waitFor(() => expect(seen).toHaveBeenCalled());
    expect(container.textContent).toBe('');
  });
});
