import type { ConversationItem } from '@postern/contract';
import { addConversation, fallBack, inSeconds, saveKey } from './fake-facts.ts';
import { endless, fallingBack, writing } from './fake-queries.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { ask, narrow, type Screen, signedIn } from './screen.ts';
import { atTheCap, deniedOtherwise, failedTool, limited, longAnswer, runningTool } from './texts.ts';

const said: readonly ConversationItem[] = [
  { type: 'user', text: 'How does the carry propagate?', at: null },
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

function withHistory(fake: FakeSidecar): void {
  signedIn(fake);
  addConversation(fake.facts, 'c3', 'How does the carry propagate?', [...said]);
}

function inSidebar(title: string) {
  return { name: new RegExp(`^${title}`) };
}

/** What may stand in a conversation, and how one is found again. */
export const threadScreens: readonly Screen[] = [
  {
    name: 'ask-thinking',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByText('Thinking').click();
      await page.getByText('The function returns 0').waitFor();
    },
  },
  {
    name: 'ask-tool-running',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = runningTool;
    },
    reach: async (page) => {
      await ask(page, 'Look for the carry.');
      await page.getByText('Running').waitFor();
    },
  },
  {
    name: 'ask-tool-failed',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = failedTool;
    },
    reach: async (page) => {
      await ask(page, 'Run the tests.');
      await page.getByText('Receipt:').waitFor();
      await page.getByText('Run a command').click();
      await page.getByText('What went wrong').waitFor();
    },
  },
  {
    name: 'ask-tool-unfinished',
    prepare: (fake) => {
      signedIn(fake);
      addConversation(fake.facts, 'c3', 'How does the carry propagate?', said.slice(0, 3));
    },
    reach: async (page) => {
      await page.getByRole('link', inSidebar('How does the carry')).first().click();
      await page.getByText('Not finished').waitFor();
    },
  },
  {
    name: 'ask-denied-otherwise',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = deniedOtherwise;
    },
    reach: async (page) => {
      await ask(page, 'Clean up.');
      await page.getByText('Receipt:').waitFor();
    },
  },
  {
    name: 'ask-stopped',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = endless;
    },
    reach: async (page) => {
      await ask(page, 'Think about it.');
      await page.getByText('I am thinking about it').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('The conversation can go on').first().waitFor();
    },
  },
  {
    name: 'ask-limit-warning',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = limited;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByText('Receipt:').waitFor();
    },
  },
  {
    name: 'fallback-denied',
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
      fake.query = fallingBack;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('The backup key was not used').waitFor();
    },
  },
  {
    name: 'fallback-question-narrow',
    viewport: narrow,
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
      fake.query = fallingBack;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByRole('button', { name: 'Allow until midnight' }).waitFor();
    },
  },
  {
    name: 'fallback-cap',
    prepare: (fake) => {
      signedIn(fake);
      fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
      fake.query = atTheCap;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByText('spending cap').waitFor();
    },
  },
  {
    name: 'approval-help',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: /^Help: / }).click();
      await page.getByRole('note').waitFor();
    },
  },
  {
    name: 'approval-failed',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
      fake.refusedAt = { what: /\/approve$/, code: 'internal_error' };
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: 'Allow once' }).click();
      await page.getByText('internal_error').waitFor();
    },
  },
  {
    name: 'ask-link',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = longAnswer;
    },
    reach: async (page) => {
      await ask(page, 'Explain how the Bernoulli numbers are computed, with an example.');
      await page.getByText('Receipt:').waitFor();
      await page.getByRole('button', { name: 'the note' }).or(page.getByText('the note')).last().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'conversation-resumed',
    prepare: withHistory,
    reach: async (page) => {
      await page.getByRole('link', inSidebar('How does the carry')).first().click();
      await page.getByText('anticipating carriage').waitFor();
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
      addConversation(fake.facts, 'c3', 'A conversation of many days', turns.flat());
    },
    reach: async (page) => {
      await page.getByRole('link', inSidebar('A conversation of many days')).click();
      await page.getByText('Answer 200.').waitFor();
      await page.getByRole('region', { name: 'Conversation', exact: true }).focus();
      await page.keyboard.press('PageUp');
      await page.getByRole('button', { name: 'Newest' }).waitFor();
    },
  },
  {
    name: 'conversation-reading',
    prepare: (fake) => {
      withHistory(fake);
      fake.silentAt = /\/conversations\/c3$/;
    },
    reach: async (page) => {
      await page.getByRole('link', inSidebar('How does the carry')).first().click();
      await page.getByText('Reading the conversation').waitFor();
    },
  },
  {
    name: 'conversation-unreadable',
    prepare: (fake) => {
      withHistory(fake);
      fake.refusedAt = { what: /\/conversations\/c3$/, code: 'internal_error' };
    },
    reach: async (page) => {
      await page.getByRole('link', inSidebar('How does the carry')).first().click();
      await page.getByRole('button', { name: 'Read it again' }).waitFor();
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
