import type { AgentQuestion } from '@postern/contract';
import { planning, wondering } from '../fake-agent-questions.ts';
import { byAsking, narrow, type Screen } from './screen.ts';

const format: AgentQuestion = {
  id: 'q1',
  text: 'Which format should the table have?',
  header: 'Format',
  options: [
    {
      label: 'Markdown',
      description: 'Readable as it is, and in every editor',
      preview: '| n | B |\n|---|---|\n| 0 | 1 |\n| 1 | −½ |',
    },
    { label: 'CSV', description: 'For a spreadsheet' },
    { label: 'JSON', description: 'For another program' },
  ],
  multiple: false,
  ownWords: 'text',
  required: false,
};
const columns: AgentQuestion = {
  id: 'q2',
  text: 'Which columns do you need?',
  header: 'Columns',
  options: [
    { label: 'Index', description: 'n, from 0' },
    { label: 'Fraction', description: 'Exact' },
    { label: 'Decimal', description: 'Rounded to 12 places' },
  ],
  multiple: true,
  ownWords: 'text',
  required: false,
};
const agent = { from: { type: 'agent' as const }, questions: [format, columns] };
const server = {
  from: { type: 'mcp_server' as const, name: 'calendar' },
  message: 'To book the engine room I need two things.',
  questions: [
    {
      ...format,
      text: 'For how many people?',
      header: 'People',
      options: [],
      ownWords: 'integer' as const,
      required: true,
    },
    {
      ...format,
      ...{ id: 'q2', text: 'Is it public?', header: 'Public', ownWords: 'none' as const },
      options: [
        { label: 'Yes', description: '' },
        { label: 'No', description: '' },
      ],
    },
  ],
};
const page = {
  from: { type: 'mcp_server' as const, name: 'calendar' },
  message: 'Connect your calendar first.',
  url: 'https://calendar.example/connect?session=8f2c',
  questions: [],
};

const plan = `## Correct the engine

1. Read \`engine.ts\` and its tests.
2. Write the recurrence for the Bernoulli numbers, with exact fractions.
3. Run the tests. Nothing else changes.

The table in \`README.md\` stays as it is.
`;

const asked = byAsking(wondering(agent), 'Make the table.', (shown) =>
  shown.getByRole('heading', { name: 'The agent has questions' }).waitFor(),
);
const answered = byAsking(wondering(agent), 'Make the table.', async (shown) => {
  await shown.getByRole('radio', { name: /Markdown/ }).check();
  await shown.getByRole('checkbox', { name: /Fraction/ }).check();
  await shown.getByRole('textbox', { name: 'Another answer to: Which columns' }).fill('The sum so far');
});
const fromServer = byAsking(wondering(server), 'Book the room.', (shown) =>
  shown.getByRole('textbox', { name: 'For how many' }).fill('six'),
);
const planned = byAsking(planning(plan), 'Plan it.', (shown) =>
  shown.getByRole('heading', { name: 'Go ahead with this plan?' }).waitFor(),
);

/** Questions of the agent itself and of MCP servers, and its plan. */
export const agentQuestionScreens: readonly Screen[] = [
  { name: 'agent-question', ...asked },
  { name: 'agent-question-narrow', ...asked, viewport: narrow },
  { name: 'agent-question-answered', ...answered },
  { name: 'agent-question-server', ...fromServer },
  {
    name: 'agent-question-page',
    ...byAsking(wondering(page), 'Book the room.', (shown) => shown.getByText('calendar.example').waitFor()),
  },
  {
    name: 'agent-question-failed',
    ...byAsking(
      wondering(agent),
      'Make the table.',
      async (shown) => {
        await shown.getByRole('button', { name: 'Skip', exact: true }).click();
        await shown.getByText('does not fit').waitFor();
      },
      (fake) => {
        fake.refusedAt = { what: /\/answer$/, code: 'answer_does_not_fit' };
      },
    ),
  },
  { name: 'plan-question', ...planned },
  { name: 'plan-question-narrow', ...planned, viewport: narrow },
];
