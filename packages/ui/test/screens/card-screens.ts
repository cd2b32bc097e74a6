import { compacting, inBackground, working } from '../fake-cards.ts';
import { endless } from '../fake-queries.ts';
import { byAsking, narrow, type Screen, signedIn, untilReceipt } from './screen.ts';

const skill = (name: string, description: string, argumentHint: string | null) => ({
  kind: 'skill' as const,
  ...{
    name,
    file: `.claude/skills/${name}/SKILL.md`,
    summary: 'A skill',
    loads: true,
    reason: null,
    text: name,
  },
  command: { name, description, argumentHint },
});
const commands: Screen = {
  name: 'composer-commands',
  prepare: (fake) => {
    signedIn(fake);
    fake.query = endless;
    fake.facts.settings = { ...fake.facts.settings, workspace: '/home/ada/engine' };
    fake.facts.workspace = {
      trust: 'trusted',
      hash: 'a'.repeat(64),
      items: [
        skill('tables', 'Draw a table of numbers as Markdown', '<from> <to>'),
        skill('note-g', 'Write a new program for the engine, one card after the other', null),
      ],
    };
  },
  reach: async (page) => {
    await page.getByRole('textbox', { name: 'Prompt' }).pressSequentially('/');
    await page.getByRole('option', { name: /tables/ }).waitFor();
    await page.keyboard.press('ArrowDown');
  },
};

/** Tasks, subagents, what compaction did, and the commands that can be typed. */
export const cardScreens: readonly Screen[] = [
  {
    name: 'ask-tasks',
    ...byAsking(working, 'Correct the carry.', (page) => page.getByText('Looking for the carry').waitFor()),
  },
  {
    name: 'ask-subagent',
    ...byAsking(working, 'Correct the carry.', async (page) => {
      await page.getByText('Start a subagent').click();
      await page.getByText('What the subagent does').waitFor();
    }),
  },
  {
    name: 'ask-background',
    ...byAsking(inBackground, 'Watch the tests.', async (page) => {
      await page.getByText('Running in the background').click();
      await page.getByRole('button', { name: 'Stop this command' }).waitFor();
    }),
  },
  {
    name: 'ask-background-stopped',
    ...byAsking(inBackground, 'Watch the tests, then stop.', async (page) => {
      await untilReceipt(page);
      await page.getByText('Stopped').click();
      await page.getByText('12 tests, 12 passed').waitFor();
    }),
  },
  { name: 'ask-compacted', ...byAsking(compacting, 'Go on.', untilReceipt) },
  commands,
  { ...commands, name: 'composer-commands-narrow', viewport: narrow },
];
