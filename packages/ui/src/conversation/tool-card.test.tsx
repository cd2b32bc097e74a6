// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import type { ToolResult } from '../state/thread-item.ts';
import { ToolCard } from './tool-card.tsx';

afterEach(cleanup);

function show(result: Partial<ToolResult>): void {
  const whole = { content: '', isError: true, deniedBy: null, path: null, diff: null, ...result };
  const tool = {
    type: 'tool',
    key: 'n1',
    toolUseId: 'u1',
    name: 'Bash',
    input: {},
    result: whole,
    inside: [],
  } as const;
  render(<ToolCard tool={tool} running={false} asked={new Set()} />);
}

it.each([
  ['person', 'Denied by you'],
  ['no_answer', 'Denied: no answer'],
  ['rule', 'Denied by a rule'],
] as const)('shows what was denied by %s as "%s", calmly and not as a failure', (deniedBy, words) => {
  show({ deniedBy });
  expect(screen.getByText(words).className).toBe('badge badge-note');
  expect(screen.queryByText('Failed')).toBeNull();
});

it('shows what went wrong as failed', () => {
  show({});
  expect(screen.getByText('Failed').className).toBe('badge badge-bad');
});

it('asks for what a subagent did when its card of the history is opened, and shows it below the call', () => {
  const wanted: string[] = [];
  const report = { content: 'Found', isError: false, deniedBy: null, path: null, diff: null };
  const call = {
    type: 'tool',
    key: 'h1',
    toolUseId: 'u1',
    name: 'Agent',
    input: {},
    result: report,
    inside: [],
  } as const;
  const card = (tool: Parameters<typeof ToolCard>[0]['tool']) => (
    <ToolCard tool={tool} running={false} asked={new Set()} onInside={(id) => wanted.push(id)} />
  );
  const { rerender, container } = render(card(call));
  expect(wanted).toEqual([]);
  const details = container.querySelector('details');
  if (details === null) throw new Error('a card folds');
  actNow(() => {
    details.open = true;
    fireEvent(details, new Event('toggle'));
  });
  expect(wanted).toEqual(['u1']);
  rerender(
    card({
      ...call,
      inside: [
        { type: 'thinking', key: 's0', text: 'Where?' },
        { type: 'text', key: 's1', text: 'I looked **everywhere**' },
        { type: 'note', key: 's2', text: 'Something is missing here.' },
      ],
    }),
  );
  expect(screen.getByText('What the subagent does')).toBeDefined();
  expect(screen.getByText('everywhere')).toBeDefined();
  expect(screen.getByText('1 step')).toBeDefined();
  expect(screen.getByText('Something is missing here.')).toBeDefined();
});

it.each([
  ['loading', 'Loading what the subagent did…'],
  ['failed', 'The subagent’s steps could not be read.'],
  ['empty', 'The subagent’s steps were not kept.'],
] as const)(
  'says that what a subagent did is %s, and lets the user try again where that helps',
  (reading, words) => {
    const wanted: string[] = [];
    const result = { content: 'Found', isError: false, deniedBy: null, path: null, diff: null };
    const call = { type: 'tool', key: 'h1', toolUseId: 'u1', name: 'Agent', input: {}, inside: [] } as const;
    const { container } = render(
      <ToolCard
        tool={{ ...call, result, reading }}
        running={false}
        asked={new Set()}
        onInside={(id) => wanted.push(id)}
      />,
    );
    const details = container.querySelector('details');
    if (details === null) throw new Error('a card folds');
    details.open = true;
    fireEvent(details, new Event('toggle'));
    expect(screen.getByText(words)).toBeDefined();
    const again = screen.queryByRole('button', { name: 'Try again' });
    expect(again !== null).toBe(reading === 'failed');
    if (again !== null) fireEvent.click(again);
    expect(wanted).toEqual(again === null ? ['u1'] : ['u1', 'u1']);
  },
);

it('says of a call below a subagent that it needs an answer', () => {
  const call = { type: 'tool', input: {}, result: null, inside: [] } as const;
  const bash = { ...call, key: 'n2', toolUseId: 'u2', name: 'Bash' };
  const agent = { ...call, key: 'n1', toolUseId: 'u1', name: 'Agent', inside: [bash] };
  const { container } = render(<ToolCard tool={agent} running asked={new Set(['Bash'])} />);
  const details = container.querySelector('details');
  if (details === null) throw new Error('a card folds');
  actNow(() => {
    details.open = true;
    fireEvent(details, new Event('toggle'));
  });
  expect([...container.querySelectorAll('.badge')].map((each) => each.textContent)).toEqual([
    'Running',
    'Needs your answer',
  ]);
});

it('shows what a command in the background prints, and stops it alone', () => {
  const stopped: string[] = [];
  const result = { content: 'sent to the model', isError: false, deniedBy: null, path: null, diff: null };
  const call = {
    type: 'tool',
    key: 'n1',
    toolUseId: 'u1',
    name: 'Bash',
    input: {},
    result,
    inside: [],
  } as const;
  const card = (state: 'running' | 'stopped') => (
    <ToolCard
      tool={{ ...call, background: { state, output: 'Listening on 3000' } }}
      running
      asked={new Set()}
      onStopCommand={(id) => stopped.push(id)}
    />
  );
  const { container, rerender } = render(card('running'));
  expect(screen.getByText('Running in the background').className).toBe('badge badge-note');
  const details = container.querySelector('details');
  if (details === null) throw new Error('a card folds');
  actNow(() => {
    details.open = true;
    fireEvent(details, new Event('toggle'));
  });
  expect(screen.getByText('Listening on 3000')).toBeDefined();
  expect(screen.queryByText('sent to the model')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Stop this command' }));
  expect(stopped).toEqual(['u1']);
  rerender(card('stopped'));
  expect(screen.getByText('Stopped')).toBeDefined();
  expect(screen.queryByRole('button', { name: 'Stop this command' })).toBeNull();
});
