import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BackgroundWork } from './background-work.ts';
import { TurnMessages } from './turn-messages.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Messages as program 2.1.332 sent them, cut to what is read. */
function message(subtype: string, fields: Record<string, unknown> = {}): SDKMessage {
  return { type: 'system', subtype, ...fields } as unknown as SDKMessage;
}
const level = (...ids: readonly string[]) =>
  message('background_tasks_changed', { tasks: ids.map((task_id) => ({ task_id })) });
const begun = message('task_started', { task_id: 'b1', tool_use_id: 'toolu_1', is_backgrounded: true });
const ended = (status: string) => message('task_notification', { task_id: 'b1', status });
const asking = message('status', { status: 'requesting' });

function watch() {
  const told: QueryEvent[] = [];
  const printed = { text: '' };
  const stopped: string[] = [];
  const program = {
    taskOutput: async () => {
      const output = printed.text.slice(-20);
      return { output, totalBytes: Buffer.byteLength(printed.text) };
    },
    stopTask: async (taskId: string) => void stopped.push(taskId),
  };
  const work = new BackgroundWork(program, (event) => told.push(event));
  return { work, told, printed, stopped };
}

it('runs until the command has ended and the model has been told, which is with the next call', () => {
  const { work } = watch();
  expect([work.state, work.isUsed]).toEqual(['none', false]);
  for (const each of [level('b1'), begun, asking]) work.hear(each);
  expect(work.state).toBe('running');
  for (const each of [ended('completed'), level()]) work.hear(each);
  expect(work.state).toBe('owing');
  work.hear(asking);
  expect([work.state, work.isUsed]).toEqual(['none', true]);
});

it('waits for nothing more where a command was stopped: the program begins no answer for that', () => {
  const { work } = watch();
  for (const each of [level('b1'), begun, ended('stopped'), level()]) work.hear(each);
  expect(work.state).toBe('none');
});

it('takes what the program keeps for itself for no work', () => {
  const { work } = watch();
  work.hear(message('background_tasks_changed', { tasks: [{ task_id: 'x', ambient: true }] }));
  expect([work.state, work.isUsed]).toEqual(['none', false]);
});

it('tells what a command prints as it comes, what it leaves out, and how it ended after all of that', async () => {
  const { work, told, printed } = watch();
  for (const each of [level('b1'), begun]) work.hear(each);
  printed.text = 'grüß\n';
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  printed.text += 'x'.repeat(60);
  await vi.advanceTimersByTimeAsync(1_000);
  printed.text += 'end';
  for (const each of [ended('failed'), level()]) work.hear(each);
  await work.close();
  const toolUseId = 'toolu_1';
  expect(told).toEqual([
    { event: 'background_command', data: { toolUseId, state: 'running' } },
    { event: 'background_output', data: { toolUseId, text: 'grüß\n' } },
    { event: 'background_output', data: { toolUseId, text: 'x'.repeat(20), skippedBytes: 40 } },
    { event: 'background_output', data: { toolUseId, text: 'end' } },
    { event: 'background_command', data: { toolUseId, state: 'failed' } },
  ]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toHaveLength(5);
});

it('follows a command that ran into its time limit and goes on in the background', () => {
  const { work, told } = watch();
  work.hear(message('task_started', { task_id: 'b1', tool_use_id: 'toolu_1', is_backgrounded: false }));
  expect(told).toEqual([]);
  work.hear(message('task_updated', { task_id: 'b1', patch: { is_backgrounded: true } }));
  expect(told).toEqual([{ event: 'background_command', data: { toolUseId: 'toolu_1', state: 'running' } }]);
});

it('stops the command of a call while it runs, and nothing for a call that has none', async () => {
  const { work, stopped } = watch();
  for (const each of [level('b1'), begun]) work.hear(each);
  await work.stop('toolu_other');
  await work.stop('toolu_1');
  work.hear(ended('stopped'));
  await work.stop('toolu_1');
  expect(stopped).toEqual(['b1']);
});

it('makes the program answer twice in one turn: the second answer is a paragraph of its own, and its result the last', () => {
  const init = message('init', { model: 'm', apiKeySource: 'none' });
  const stream = (event: Record<string, unknown>) =>
    ({ type: 'stream_event', parent_tool_use_id: null, event }) as unknown as SDKMessage;
  const words = (text: string) => [
    stream({ type: 'message_start', message: { id: text } }),
    stream({ type: 'content_block_delta', delta: { type: 'text_delta', text } }),
  ];
  const stop = stream({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: 2 },
  });
  const done = { type: 'result', subtype: 'success', is_error: false } as unknown as SDKMessage;
  const turn = new TurnMessages('/projects');
  const heard = [init, ...words('One'), stop, done, init, ...words('Two')].flatMap((each) => turn.read(each));
  expect(heard.map(({ data }) => data)).toEqual([{ text: 'One' }, { text: '\n\n' }, { text: 'Two' }]);
  expect(turn.result).toBeNull();
});

it('tells what the program adds to the output after the end of a command', async () => {
  const { work, told, printed } = watch();
  for (const each of [level('b1'), begun]) work.hear(each);
  printed.text = 'done\n';
  for (const each of [ended('completed'), level()]) work.hear(each);
  await vi.advanceTimersByTimeAsync(0);
  printed.text += '[exit 0]\n';
  await work.close();
  const toolUseId = 'toolu_1';
  expect(told.slice(1)).toEqual([
    { event: 'background_output', data: { toolUseId, text: 'done\n' } },
    { event: 'background_command', data: { toolUseId, state: 'completed' } },
    { event: 'background_output', data: { toolUseId, text: '[exit 0]\n' } },
  ]);
});
