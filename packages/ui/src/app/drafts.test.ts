import type { Settings } from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createDrafts } from './drafts.ts';
import { createTabMemory } from './session-storage.ts';

function open(kept = new Map<string, string>()) {
  const memory = createTabMemory({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  const store = createStore(reduceApp, initialState(parseRoute('')));
  const drafts = createDrafts(store, memory);
  const shown = () => shownThread(store.getState().threads);
  const write = (prompt: string) =>
    drafts.set(shown(), { prompt, mayBeCommand: false, workspace: '/w', model: 'opus', files: ['/w/a'] });
  const named = () => {
    const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
    const started = { event: 'started', data: { queryId: 'q1', conversationId: 'c1', credential } } as const;
    store.dispatch({ type: 'query_events', key: shown().key, events: [started] });
  };
  return { kept, store, drafts, shown, write, named };
}

const nothing = { prompt: '', mayBeCommand: false, workspace: '', model: '', files: [] };

it('moves with the name of its conversation, whatever is shown', () => {
  const { kept, store, drafts, shown, write, named } = open();
  write('And then');
  named();
  store.dispatch({ type: 'thread_begun' });
  expect(drafts.of(shown())).toEqual(nothing);
  expect(open(kept).drafts.of({ key: 't7', conversationId: 'c1' })).toMatchObject({
    ...{ prompt: 'And then', workspace: '/w', model: 'opus', files: ['/w/a'] },
  });
});

it('leaves nothing in the tab once it was sent', () => {
  const { kept, drafts, shown, write } = open();
  write('And then');
  drafts.set(shown(), { ...drafts.of(shown()), prompt: '', files: [] });
  expect(open(kept).drafts.of({ key: 't7', conversationId: null })).toEqual(nothing);
});

it('goes to the folder and the model of the settings, also where it was begun before they were read', () => {
  const { kept, store, drafts, shown } = open();
  drafts.set(shown(), { ...drafts.of(shown()), prompt: '/' });
  const settings = { workspace: '/home/ada/engine', model: 'opus' } as Settings;
  store.dispatch({ type: 'facts_loaded', facts: { settings } });
  const settled = { prompt: '/', workspace: '/home/ada/engine', model: 'opus' };
  expect(drafts.of(shown())).toMatchObject(settled);
  expect(open(kept).drafts.of({ key: 't7', conversationId: null })).toMatchObject(settled);
  // Chosen later: no folder of one's own.
  drafts.set(shown(), { ...drafts.of(shown()), workspace: '' });
  store.dispatch({ type: 'facts_loaded', facts: { settings } });
  expect(drafts.of(shown())).toMatchObject({ workspace: '', model: 'opus' });
});

it('stays with what was chosen, whatever the settings say then', () => {
  const before = open();
  before.drafts.set(before.shown(), { ...nothing, prompt: 'Hello' });
  const { store, drafts, shown, write } = open(before.kept);
  const settings = { workspace: '/home/ada/engine', model: 'sonnet' } as Settings;
  drafts.set(shown(), { ...drafts.of(shown()), prompt: 'Hello again' });
  store.dispatch({ type: 'facts_loaded', facts: { settings } });
  expect(drafts.of(shown())).toMatchObject({ workspace: '', model: '' });
  write('And then');
  store.dispatch({ type: 'facts_loaded', facts: { settings } });
  expect(drafts.of(shown())).toMatchObject({ workspace: '/w', model: 'opus' });
});

it('takes what it does not know in the tab for nothing', () => {
  const { kept, drafts, shown } = open();
  for (const unknown of ['{', '7', '{"files":"a"}', '{"workspace":1,"model":"","files":[]}']) {
    kept.set('postern.draft.new.parts', unknown);
    expect(drafts.of(shown())).toEqual(nothing);
  }
});
