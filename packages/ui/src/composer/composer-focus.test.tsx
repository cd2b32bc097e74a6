// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { Composer } from './composer.tsx';
import type { Run } from './readiness-wording.ts';

afterEach(cleanup);

const nothing = () => undefined;

function composer(run: Run) {
  return (
    <Composer
      draft={{ prompt: '', mayBeCommand: false, workspace: '', model: '', files: [] }}
      readiness={{ state: 'ready', payer: 'Your Claude plan' }}
      {...{ run, nowMs: 0, queryId: null, queued: null, next: null, context: null, silentSeconds: null }}
      {...{
        workspaceFixed: true,
        workspaces: [],
        models: [],
        mode: 'ask',
        onMode: () => undefined,
        earlier: [],
        owner: 'one',
      }}
      uploads={{ waiting: [], shown: new Map(), add: nothing, dismiss: nothing }}
      readFolders={() => Promise.reject(new Error('not asked for'))}
      lookAtWorkspace={async (path) => ({ path, trust: 'none', hash: '', items: [] })}
      trustWorkspace={() => Promise.reject(new Error('not asked for'))}
      {...{ onDraft: nothing, onSend: nothing, onClear: nothing, onStop: nothing, onAccounts: nothing }}
    />
  );
}

it('leaves the focus of Stop in the prompt once the answer has ended', () => {
  const { rerender } = render(composer('running'));
  const stop = screen.getByRole('button', { name: 'Stop' });
  stop.focus();
  rerender(composer('stopping'));
  expect(document.activeElement).toBe(stop);
  rerender(composer('idle'));
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Prompt' }));
});
