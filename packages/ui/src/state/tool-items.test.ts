import { describe, expect, it } from 'vitest';
import type { ThreadItem } from './thread-item.ts';
import {
  withBackground,
  withBackgroundOutput,
  withoutBackground,
  withResult,
  withSubagentItems,
  withSubagentReading,
  withSubagentText,
  withToolCall,
} from './tool-items.ts';

const ended = (content: string, isError = false) => ({
  ...{ content, isError, deniedBy: null, path: null, diff: null },
});

/** The items after calls, each with its result where one is given. */
function after(
  ...calls: readonly (readonly [
    name: string,
    input: Record<string, unknown>,
    result?: string,
    isError?: boolean,
  ])[]
): readonly ThreadItem[] {
  return calls.reduce<readonly ThreadItem[]>((items, [name, input, result, isError], index) => {
    const toolUseId = `u${index}`;
    const next = withToolCall(items, { toolUseId, name, input }, `k${index}`);
    return result === undefined ? next : withResult(next, toolUseId, ended(result, isError));
  }, []);
}

const create = (subject: string, id: number) =>
  ['TaskCreate', { subject, description: '' }, `Task #${id} created successfully: ${subject}`] as const;
const tasksOf = (items: readonly ThreadItem[]) =>
  items.flatMap((item) =>
    item.type === 'tasks' ? [item.tasks.map(({ subject, status }) => `${subject}: ${status}`)] : [],
  );

describe('the list of tasks', () => {
  it('is one item that changes in its place', () => {
    const items = after(
      create('Read', 1),
      create('Write', 2),
      ['Bash', { command: 'ls' }, 'a'],
      ['TaskUpdate', { taskId: '1', status: 'completed' }],
      ['TaskUpdate', { taskId: '2', status: 'in_progress', subject: 'Write it' }],
      ['TaskList', {}, '#1 [completed] Read'],
    );
    expect(items.map(({ type, key }) => [type, key])).toEqual([
      ['tasks', 'k0'],
      ['tool', 'k2'],
    ]);
    expect(tasksOf(items)).toEqual([['Read: completed', 'Write it: in_progress']]);
  });

  it('leaves out what was deleted, and what could not be made', () => {
    const failed = ['TaskCreate', { subject: 'Never' }, 'No', true] as const;
    const items = after(create('Read', 1), create('Write', 2), failed, [
      'TaskUpdate',
      { taskId: '1', status: 'deleted' },
    ]);
    expect(tasksOf(items)).toEqual([['Write: pending']]);
  });

  it('goes on in the next turn with what the last one left, as a list of its own', () => {
    const user: ThreadItem = { type: 'user', key: 'u', text: 'Go on', files: [] };
    const items = withToolCall(
      [...after(create('Read', 1)), user],
      { toolUseId: 'n', name: 'TaskUpdate', input: { taskId: '1', status: 'completed' } },
      'next',
    );
    expect(tasksOf(items)).toEqual([['Read: pending'], ['Read: completed']]);
  });

  it('names a task by its number where what it is called is further back than what is here', () => {
    expect(tasksOf(after(['TaskUpdate', { taskId: '7', status: 'completed' }]))).toEqual([
      ['Task 7: completed'],
    ]);
  });

  it('of an older program comes whole each time', () => {
    const todos = (status: string) => ({ todos: [{ content: 'Read', status, activeForm: 'Reading' }] });
    expect(tasksOf(after(['TodoWrite', todos('pending')], ['TodoWrite', todos('completed')]))).toEqual([
      ['Read: completed'],
    ]);
  });

  it('takes what is no list, no text and no status for nothing', () => {
    expect(tasksOf(after(['TodoWrite', { todos: [null, { content: 3, status: 'x' }] }]))).toEqual([
      [': pending', ': pending'],
    ]);
    expect(after(['TodoWrite', { todos: 'x' }])).toEqual([]);
  });
});

describe('a subagent', () => {
  it('has what it does and says below its call, and one of its own below that', () => {
    const call = (toolUseId: string, name: string, parentToolUseId?: string) => ({
      ...{ toolUseId, name, input: {}, parentToolUseId },
    });
    let items = withToolCall([], call('a', 'Agent'), 'k1');
    items = withToolCall(items, call('b', 'Agent', 'a'), 'k2');
    items = withToolCall(items, call('c', 'Bash', 'b'), 'k3');
    items = withResult(items, 'c', ended('hi'));
    items = withSubagentText(items, 'a', 'Found it', 'k4');
    expect(items).toMatchObject([
      {
        toolUseId: 'a',
        result: null,
        inside: [
          { toolUseId: 'b', inside: [{ toolUseId: 'c', result: { content: 'hi' } }] },
          { type: 'text', text: 'Found it' },
        ],
      },
    ]);
  });

  it('is read from the history once, and never over what is on the page', () => {
    const text: ThreadItem = { type: 'text', key: 'h', text: 'From the history' };
    const items = withToolCall([], { toolUseId: 'a', name: 'Agent', input: {} }, 'k1');
    const read = withSubagentItems(items, 'a', [text]);
    expect(read).toMatchObject([{ inside: [{ text: 'From the history' }] }]);
    const seen = withSubagentText(items, 'a', 'As it came', 'k2');
    expect(withSubagentItems(seen, 'a', [text])).toMatchObject([{ inside: [{ text: 'As it came' }] }]);
    const waiting = withSubagentReading(items, 'a', 'loading');
    expect(waiting).toMatchObject([{ reading: 'loading' }]);
    expect(withSubagentItems(waiting, 'a', [text])[0]).not.toHaveProperty('reading');
    expect(withSubagentItems(waiting, 'a', [])).toMatchObject([{ reading: 'empty' }]);
    expect(withSubagentReading(items, 'gone', 'failed')).toBe(items);
    expect(withSubagentItems(items, 'gone', [text])).toBe(items);
  });

  it('whose call is not here leaves no text in the answer, but its tools are seen', () => {
    const items = withToolCall(
      [],
      { toolUseId: 'c', name: 'Bash', input: {}, parentToolUseId: 'gone' },
      'k1',
    );
    expect(withSubagentText(items, 'gone', 'Report', 'k2')).toBe(items);
    expect(items).toMatchObject([{ toolUseId: 'c' }]);
  });
});

describe('a command in the background', () => {
  const started = () => {
    const agent = withToolCall([], { toolUseId: 'a', name: 'Agent', input: {} }, 'k1');
    const call = { toolUseId: 'b', name: 'Bash', input: {}, parentToolUseId: 'a' };
    return withBackground(withToolCall(agent, call, 'k2'), 'b', 'running');
  };
  const commandOf = (items: readonly ThreadItem[]) => {
    const [agent] = items;
    const bash = agent?.type === 'tool' ? agent.inside[0] : undefined;
    return bash?.type === 'tool' ? bash.background : undefined;
  };

  it('has what it printed, says where something is missing, and how it ended', () => {
    let items = withBackgroundOutput(started(), { toolUseId: 'b', text: 'one\n' });
    items = withBackgroundOutput(items, { toolUseId: 'b', text: 'two', skippedBytes: 9 });
    expect(commandOf(items)).toEqual({ state: 'running', output: 'one\n\n[…]\ntwo' });
    items = withBackground(items, 'b', 'failed');
    expect(commandOf(items)?.state).toBe('failed');
    expect(commandOf(withoutBackground(items))?.state).toBe('failed');
  });

  it('runs no longer once its query has ended, and keeps what it printed', () => {
    const items = withBackgroundOutput(started(), { toolUseId: 'b', text: 'one' });
    expect(commandOf(withoutBackground(items))).toEqual({ state: 'stopped', output: 'one' });
  });
});
