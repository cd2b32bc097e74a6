import type { ConversationItem, Rewind } from '@postern/contract';
import type { Page } from 'playwright-core';
import { addConversation } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { type Screen, signedIn } from './screen.ts';

const title = 'Add the anticipating carriage.';
const done = (toolUseId: string, content: string): ConversationItem => ({
  ...{ type: 'tool_result', toolUseId, content, isError: false },
});
const said: readonly ConversationItem[] = [
  { type: 'user', text: title, at: null, promptId: '5e551011-0000-8000-8000-000000000001' },
  {
    type: 'tool_use',
    toolUseId: 'old-1',
    name: 'Write',
    input: { file_path: '/home/ada/engine/carriage.ts', content: 'export const warned = true;' },
  },
  done('old-1', 'File created'),
  {
    type: 'tool_use',
    toolUseId: 'old-2',
    name: 'Agent',
    input: { description: 'Look for the carry', prompt: 'Look', subagent_type: 'general-purpose' },
  },
  done('old-2', 'The wheel above is not warned.'),
  { type: 'assistant_text', text: 'The carriage is there now.' },
];
const would: Rewind = {
  files: [
    { path: 'carriage.ts', changedSince: false },
    { path: 'wheels/carry.ts', changedSince: true },
  ],
  ...{ insertions: 3, deletions: 12, state: 's', skipped: [] },
};

async function prepare(fake: FakeSidecar): Promise<void> {
  signedIn(fake);
  addConversation(fake.facts, 'c3', title, [...said]);
  fake.facts.rewind = { would, did: would };
}

async function open(page: Page): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^${title.slice(0, -1)}`) }).click();
  await page.getByText('The carriage is there now.').waitFor();
}

async function look(page: Page): Promise<void> {
  await open(page);
  await page.getByRole('button', { name: 'Undo file changes…' }).click();
}

async function undo(page: Page, until: string): Promise<void> {
  await look(page);
  await page.getByRole('button', { name: 'Undo changes' }).click();
  await page.getByRole('heading', { name: until }).waitFor();
}

async function unfold(page: Page, until: string): Promise<void> {
  await open(page);
  await page.getByText('Start a subagent').click();
  await page.getByText(until).waitFor();
}

const files: Screen = {
  name: 'undo-files',
  prepare,
  reach: async (page) => {
    await look(page);
    await page.getByText('Changed after the agent’s work').waitFor();
  },
};

/** Undoing what a turn did to files, and reading what a subagent did. */
export const undoScreens: readonly Screen[] = [
  files,
  {
    name: 'undo-looking',
    prepare: async (fake) => {
      await prepare(fake);
      fake.silentAt = /\/rewind$/;
    },
    reach: async (page) => {
      await look(page);
      await page.getByText('Looking at the files…').waitFor();
    },
  },
  {
    name: 'undo-nothing',
    prepare: async (fake) => {
      await prepare(fake);
      fake.facts.rewind = { would: { ...would, files: [] }, did: would };
    },
    reach: async (page) => {
      await look(page);
      await page.getByRole('heading', { name: 'Nothing to undo' }).waitFor();
    },
  },
  { name: 'undo-done', prepare, reach: (page) => undo(page, 'Changes undone') },
  {
    name: 'undo-partly',
    prepare: async (fake) => {
      await prepare(fake);
      fake.facts.rewind = {
        would,
        did: { ...would, files: would.files.slice(1), skipped: ['carriage.ts'] },
      };
    },
    reach: (page) => undo(page, 'Not everything was undone'),
  },
  {
    name: 'undo-refused',
    prepare: async (fake) => {
      await prepare(fake);
      fake.refusedAt = { what: /\/rewind$/, code: 'files_changed' };
    },
    reach: async (page) => {
      await look(page);
      await page.getByRole('button', { name: 'Look again' }).waitFor();
    },
  },
  {
    name: 'subagent-loading',
    prepare: async (fake) => {
      await prepare(fake);
      fake.silentAt = /\/subagents\//;
    },
    reach: (page) => unfold(page, 'Loading what the subagent did…'),
  },
  {
    name: 'subagent-unreadable',
    prepare: async (fake) => {
      await prepare(fake);
      fake.refusedAt = { what: /\/subagents\//, code: 'internal_error' };
    },
    reach: (page) => unfold(page, 'could not be read'),
  },
  { name: 'subagent-not-kept', prepare, reach: (page) => unfold(page, 'were not kept') },
];
