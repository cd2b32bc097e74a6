import type { ConversationItem } from '@postern/contract';
import type { Page } from 'playwright-core';
import { addConversation } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { narrow, type Screen, signedIn } from './screen.ts';

const title = 'How does the carry propagate?';
const said: readonly ConversationItem[] = [
  { type: 'user', text: title, at: null },
  { type: 'thinking', text: 'The wheel above has to be warned before it is turned.' },
  {
    type: 'tool_use',
    toolUseId: 'old-1',
    name: 'Read',
    input: { file_path: '/home/ada/engine/carry.ts' },
  },
  { type: 'tool_result', toolUseId: 'old-1', content: 'export const carry = 0;', isError: false },
  {
    type: 'assistant_text',
    text: 'Nothing warns the wheel above. The **anticipating carriage** is missing.',
  },
];

function withHistory(fake: FakeSidecar, items: readonly ConversationItem[] = said): void {
  signedIn(fake);
  addConversation(fake.facts, 'c3', title, [...items]);
}

/** A call without its input, as no sidecar sends it: nothing that draws a call expects that. */
function withDamage(fake: FakeSidecar): void {
  const [asked, thought, , , answered] = said;
  const damaged = { type: 'tool_use', toolUseId: 'old-1', name: 'Read', input: null } as unknown;
  withHistory(fake, [asked, thought, damaged, answered] as ConversationItem[]);
}

/** Opens the conversation, and waits for what is to be seen of it. */
async function open(page: Page, until: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^${title.slice(0, -1)}`) }).click();
  await page.getByText(until).waitFor();
}

/** Conversations of before, and how one is found again. */
export const conversationScreens: readonly Screen[] = [
  {
    name: 'conversation-resumed',
    prepare: withHistory,
    reach: (page) => open(page, 'anticipating carriage'),
  },
  {
    name: 'ask-tool-unfinished',
    prepare: (fake) => withHistory(fake, said.slice(0, 3)),
    reach: (page) => open(page, 'Not finished'),
  },
  {
    name: 'ask-not-drawn',
    complains: true,
    prepare: withDamage,
    reach: (page) => open(page, 'This message could not be shown'),
  },
  {
    name: 'ask-as-text',
    complains: true,
    prepare: withDamage,
    reach: async (page) => {
      await open(page, 'This message could not be shown');
      await page.getByRole('button', { name: 'Show as text' }).click();
      await page.getByRole('article', { name: 'As text' }).waitFor();
    },
  },
  {
    name: 'conversation-long',
    prepare: (fake) => {
      signedIn(fake);
      const turns = Array.from({ length: 200 }, (_, index) => [
        { type: 'user' as const, text: `Question ${index + 1}`, at: null },
        { type: 'assistant_text' as const, text: `Answer ${index + 1}. ${'It goes on. '.repeat(12)}` },
      ]);
      addConversation(fake.facts, 'c3', title, turns.flat());
    },
    reach: async (page) => {
      await open(page, 'Answer 200.');
      await page.getByRole('region', { name: 'Conversation', exact: true }).focus();
      await page.keyboard.press('PageUp');
      await page.getByRole('button', { name: 'Newest' }).waitFor();
    },
  },
  {
    name: 'conversation-gap',
    prepare: (fake) =>
      withHistory(fake, [...said.slice(0, 4), { type: 'gap', reason: 'missing' }, ...said.slice(4)]),
    reach: (page) => open(page, 'Something that was said here is missing'),
  },
  {
    name: 'conversation-unfinished',
    prepare: (fake) => withHistory(fake, [...said.slice(0, 1), { type: 'gap', reason: 'unfinished' }]),
    reach: (page) => open(page, 'This answer broke off before its end was saved'),
  },
  {
    name: 'conversation-interrupted',
    prepare: (fake) => {
      withHistory(fake);
      const [shown] = fake.facts.conversations;
      if (shown !== undefined)
        Object.assign(shown, { state: 'interrupted', pendingPrompt: 'Add the anticipating carriage.' });
    },
    reach: async (page) => {
      await open(page, 'This message has no answer yet');
      await page.getByText('Nothing continues automatically').waitFor();
    },
  },
  {
    name: 'conversation-reading',
    prepare: (fake) => {
      withHistory(fake);
      fake.silentAt = /\/conversations\/c3$/;
    },
    reach: (page) => open(page, 'Loading the conversation…'),
  },
  {
    name: 'conversation-unreadable',
    prepare: (fake) => {
      withHistory(fake);
      fake.refusedAt = { what: /\/conversations\/c3$/, code: 'internal_error' };
    },
    reach: async (page) => {
      await page.getByRole('link', { name: new RegExp(`^${title.slice(0, -1)}`) }).click();
      await page.getByRole('main').getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'history-found-nothing',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('searchbox', { name: 'Search conversations' }).fill('difference engine');
      await page.getByText('Nothing found').waitFor();
    },
  },
  {
    name: 'history-found',
    prepare: withHistory,
    reach: async (page) => {
      await page.getByRole('searchbox', { name: 'Search conversations' }).fill('carriage');
      await page.locator('mark').waitFor();
    },
  },
  {
    name: 'history-rename',
    prepare: withHistory,
    reach: async (page) => {
      await page.getByRole('button', { name: `Rename or delete “${title}”` }).click();
      await page.getByRole('textbox', { name: 'Title' }).waitFor();
    },
  },
  {
    name: 'history-delete',
    prepare: withHistory,
    reach: async (page) => {
      await page.getByRole('button', { name: `Rename or delete “${title}”` }).click();
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('heading', { name: 'Delete this conversation?' }).waitFor();
    },
  },
  {
    name: 'history-unreadable',
    prepare: (fake) => {
      signedIn(fake);
      fake.refusedAt = { what: / \/conversations$/, code: 'internal_error' };
    },
    reach: (page) => page.locator('.list-note').waitFor(),
  },
  {
    name: 'history-narrow',
    viewport: narrow,
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('button', { name: 'Show conversations' }).click();
      await page.getByRole('link', { name: 'New conversation' }).waitFor();
    },
  },
];
