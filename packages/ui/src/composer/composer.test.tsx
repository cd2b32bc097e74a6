// @vitest-environment happy-dom
import { type FolderList, longestPrompt } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Composer, type Draft } from './composer.tsx';
import type { Readiness } from './readiness.ts';
import type { Run } from './readiness-wording.ts';
import type { UploadsOfDraft } from './use-uploads.ts';

const nowMs = new Date(2026, 10, 24, 12, 0).getTime();
const at1420 = new Date(2026, 10, 24, 14, 20).toISOString();

/** Every readiness, what the status line says, and whether Send works. A new one does not compile until it is here. */
const drawn: {
  readonly [Name in Readiness['state']]: {
    readonly readiness: Extract<Readiness, { state: Name }>;
    readonly says: string;
    readonly sends: boolean;
  };
} = {
  starting: { readiness: { state: 'starting' }, says: 'Starting', sends: true },
  offline: { readiness: { state: 'offline' }, says: 'Offline', sends: false },
  not_connected: { readiness: { state: 'not_connected' }, says: 'not connected', sends: false },
  refreshing: { readiness: { state: 'refreshing' }, says: 'Renewing', sends: true },
  waiting_for_sign_in: {
    readiness: { state: 'waiting_for_sign_in' },
    says: 'Sign-in open',
    sends: true,
  },
  ready: { readiness: { state: 'ready', payer: 'Your Claude plan' }, says: 'your Claude plan', sends: true },
  on_backup: {
    readiness: {
      state: 'on_backup',
      payer: 'Your API key’s organization',
      reason: 'plan_limit_reached',
      until: at1420,
    },
    says: 'On backup until 14:20',
    sends: true,
  },
  limit: { readiness: { state: 'limit', until: at1420 }, says: 'Limit until 14:20', sends: true },
  needs_you: {
    readiness: { state: 'needs_you', reason: 'reauthorization_required' },
    says: 'Action needed',
    sends: true,
  },
  nothing_set_up: { readiness: { state: 'nothing_set_up' }, says: 'Not set up yet', sends: true },
};

const folders: Readonly<Record<string, FolderList>> = {
  '/home/ada': folder('/home/ada', '/home', 'engine', 'notes'),
  '/home/ada/engine': folder('/home/ada/engine', '/home/ada'),
};

function folder(path: string, parent: string, ...names: readonly string[]): FolderList {
  const items = names.map((name) => ({ name, path: `${path}/${name}`, leadsTo: null }));
  return { path, parent, items, complete: true };
}

const nothing = () => undefined;
const noUploads: UploadsOfDraft = { waiting: [], shown: new Map(), add: nothing, dismiss: nothing };

interface HarnessProps {
  readonly readiness?: Readiness;
  readonly run?: Run;
  readonly next?: string | null;
  readonly earlier?: readonly string[];
  readonly owner?: string;
  readonly done: string[];
  readonly silentSeconds?: number;
  readonly queued?: Pick<Draft, 'prompt' | 'files'>;
  readonly start?: Partial<Draft>;
}

function Harness({
  readiness = drawn.ready.readiness,
  run = 'idle',
  next = null,
  earlier = [],
  owner = 'one',
  done,
  start,
  silentSeconds,
  queued,
}: HarnessProps) {
  const first = { prompt: '', mayBeCommand: false, workspace: '', model: '', files: [], ...start };
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const draft = drafts[owner] ?? first;
  const setDraft = (next: Draft) => setDrafts((before) => ({ ...before, [owner]: next }));
  return (
    <Composer
      draft={draft}
      context={null}
      onClear={() => done.push('clear')}
      next={next}
      readiness={readiness}
      nowMs={nowMs}
      run={run}
      queryId={null}
      queued={queued ?? null}
      silentSeconds={silentSeconds ?? null}
      workspaceFixed={false}
      workspaces={['/home/ada/engine', '/home/ada/notes']}
      models={[]}
      {...{ mode: 'ask', onMode: nothing }}
      earlier={earlier}
      owner={owner}
      uploads={noUploads}
      readFolders={async (path) => folders[path ?? '/home/ada'] ?? Promise.reject(new Error('gone'))}
      lookAtWorkspace={async (path) => ({ path, trust: 'none', hash: '', items: [] })}
      trustWorkspace={() => Promise.reject(new Error('not asked for'))}
      onDraft={setDraft}
      onSend={() => done.push(`send ${draft.prompt}`)}
      onStop={() => done.push('stop')}
      onAccounts={() => done.push('accounts')}
    />
  );
}

const prompt = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Prompt' });

afterEach(cleanup);

const whileRunning = {
  queued: 'Queued · paid by ',
  waiting: 'Waiting for the reset · paid by ',
  running: 'Answering · paid by ',
  asking: 'Needs your answer · paid by ',
  stopping: 'Stopping · paid by ',
} as const satisfies Readonly<Record<Exclude<Run, 'idle'>, string>>;

describe('the composer', () => {
  for (const [run, says] of Object.entries(whileRunning))
    it(`says "${says}…" while a query is ${run}, without a screen reader hearing it twice`, () => {
      render(<Harness run={run as Run} done={[]} />);
      const line = screen.getByRole('status', { name: 'Readiness' });
      expect(line.textContent).toContain(says);
      expect(line.getAttribute('aria-live')).toBe('off');
    });

  it('keeps a message that is too long to be sent, and says what to do', () => {
    const done: string[] = [];
    render(<Harness done={done} start={{ prompt: 'x'.repeat(longestPrompt + 1) }} />);
    expect(screen.getByRole('alert').textContent).toContain('1,000,001 characters. The limit is 1,000,000');
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    expect(screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe('true');
    expect(done).toEqual([]);
    expect(prompt().value).toHaveLength(longestPrompt + 1);
  });

  for (const [name, { readiness, says, sends }] of Object.entries(drawn))
    it(`says "${says}" when ${name}, and ${sends ? 'sends' : 'does not send'}`, () => {
      const done: string[] = [];
      render(<Harness readiness={readiness} done={done} start={{ prompt: 'Hi' }} />);
      expect(screen.getByRole('status', { name: 'Readiness' }).textContent).toContain(says);
      fireEvent.click(screen.getByRole('button', { name: 'Send' }));
      expect(done).toEqual(sends ? ['send Hi'] : []);
    });

  it('names the account the next question goes to, whole for whoever cannot see where it is cut off', () => {
    render(<Harness done={[]} next="API key “A long name”" />);
    const named = screen.getByTitle('API key “A long name”');
    expect(named.textContent).toBe('Next question goes to: API key “A long name”');
    cleanup();
    render(<Harness done={[]} />);
    expect(screen.queryByText(/question goes to/)).toBeNull();
  });

  it('does not send with the Enter that confirms an input method’s choice', () => {
    const done: string[] = [];
    render(<Harness done={done} start={{ prompt: 'こんにちは' }} />);
    fireEvent.keyDown(prompt(), { key: 'Enter', isComposing: true });
    // Safari ends the composition before it tells of the key.
    fireEvent.keyDown(prompt(), { key: 'Enter', keyCode: 229 });
    expect(done).toEqual([]);
    expect(prompt().dir).toBe('auto');
  });

  it('says that nothing has come, and for how long', () => {
    render(<Harness done={[]} run="running" silentSeconds={40} />);
    expect(screen.getByRole('status', { name: 'Silence' }).textContent).toContain('No response for 40 s');
  });

  it('sends with Enter, and breaks the line with Shift+Enter', () => {
    const done: string[] = [];
    render(<Harness done={done} start={{ prompt: 'Hi' }} />);
    fireEvent.keyDown(prompt(), { key: 'Enter', shiftKey: true });
    expect(done).toEqual([]);
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    expect(done).toEqual(['send Hi']);
  });

  it('takes what comes next while an answer is under way, but not while that is stopped', () => {
    const done: string[] = [];
    const { rerender } = render(<Harness done={done} run="running" start={{ prompt: 'And then' }} />);
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    fireEvent.click(screen.getByRole('button', { name: 'Send next' }));
    rerender(<Harness done={done} run="stopping" />);
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    expect(done).toEqual(['send And then', 'send And then']);
    expect(screen.queryByRole('button', { name: 'Send next' })).toBeNull();
  });

  it('keeps what is too long together with the message that is queued', () => {
    const done: string[] = [];
    const queued = { prompt: 'x'.repeat(longestPrompt), files: [] };
    render(<Harness done={done} run="running" queued={queued} start={{ prompt: 'And then' }} />);
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    expect(done).toEqual([]);
    expect(screen.getByRole('alert').textContent).toContain('The limit is');
  });

  it('keeps what has more files than one message takes, those of the queued one among them', () => {
    const done: string[] = [];
    const files = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `/${from + at}`);
    const { unmount } = render(<Harness done={done} start={{ prompt: 'Hi', files: files(0, 21) }} />);
    expect(screen.getByRole('alert').textContent).toBe('At most 20 files go with one message. Remove 1.');
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    expect(done).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove /7' }));
    expect(screen.queryByRole('alert')).toBeNull();
    unmount();
    const queued = { prompt: 'First', files: files(0, 15) };
    render(<Harness done={done} run="running" queued={queued} start={{ files: files(10, 25) }} />);
    expect(screen.getByRole('alert').textContent).toContain('Remove 5.');
  });

  it('does not send what an input method is still composing, nor nothing', () => {
    const done: string[] = [];
    render(<Harness done={done} start={{ prompt: ' ' }} />);
    fireEvent.keyDown(prompt(), { key: 'Enter' });
    fireEvent.change(prompt(), { target: { value: 'にほん' } });
    fireEvent.keyDown(prompt(), { key: 'Enter', isComposing: true });
    expect(done).toEqual([]);
  });

  it('brings back what was asked before with the up arrow, and the draft with the down arrow', () => {
    render(<Harness done={[]} earlier={['second', 'first']} />);
    fireEvent.keyDown(prompt(), { key: 'ArrowUp' });
    expect(prompt().value).toBe('second');
    fireEvent.keyDown(prompt(), { key: 'ArrowUp' });
    expect(prompt().value).toBe('first');
    fireEvent.keyDown(prompt(), { key: 'ArrowDown' });
    fireEvent.keyDown(prompt(), { key: 'ArrowDown' });
    expect(prompt().value).toBe('');
  });

  it('leaves the arrows to the cursor where something is being written', () => {
    render(<Harness done={[]} earlier={['first']} start={{ prompt: 'my own words' }} />);
    fireEvent.keyDown(prompt(), { key: 'ArrowUp' });
    expect(prompt().value).toBe('my own words');
  });

  it('walks back in the draft of one conversation, and leaves that of another alone', () => {
    const { rerender } = render(<Harness done={[]} earlier={['second', 'first']} owner="two" />);
    fireEvent.change(prompt(), { target: { value: 'of another' } });
    rerender(<Harness done={[]} earlier={['second', 'first']} />);
    fireEvent.keyDown(prompt(), { key: 'ArrowUp' });
    rerender(<Harness done={[]} earlier={['second', 'first']} owner="two" />);
    fireEvent.keyDown(prompt(), { key: 'ArrowDown' });
    fireEvent.keyDown(prompt(), { key: 'ArrowUp' });
    expect(prompt().value).toBe('of another');
  });

  it('offers Stop while a query runs, once', () => {
    const done: string[] = [];
    const { rerender } = render(<Harness done={done} run="running" />);
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    rerender(<Harness done={done} run="stopping" />);
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(done).toEqual(['stop']);
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
  });

  it('attaches a file by its full path, and takes it off again', () => {
    render(<Harness done={[]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Attach files' }));
    const field = screen.getByLabelText('File path');
    fireEvent.change(field, { target: { value: 'notes.md' } });
    fireEvent.click(screen.getByRole('button', { name: 'Attach file' }));
    expect(screen.getByRole('alert').textContent).toContain('full path');
    fireEvent.change(field, { target: { value: '/home/ada/notes.md' } });
    fireEvent.click(screen.getByRole('button', { name: 'Attach file' }));
    expect(screen.getByRole('list', { name: 'Attached files' }).textContent).toContain('/home/ada/notes.md');
    fireEvent.click(screen.getByRole('button', { name: 'Remove /home/ada/notes.md' }));
    expect(screen.queryByRole('list', { name: 'Attached files' })).toBeNull();
  });

  it('takes a workspace from those used before by keyboard alone', () => {
    render(<Harness done={[]} />);
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: 'Workspace' });
    fireEvent.focus(field);
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(field.value).toBe('/home/ada/notes');
  });
});
