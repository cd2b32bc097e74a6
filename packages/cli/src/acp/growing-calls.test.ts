import { expect, it } from 'vitest';
import { GrowingCalls } from './growing-calls.ts';
import { toolCall } from './tool-updates.ts';

const shown = (text: string) => [{ type: 'content', content: { type: 'text', text } }];

it('keeps a call under way while its command runs in the background, and shows all that it prints', () => {
  const calls = new GrowingCalls();
  const running = { toolUseId: 'u1', state: 'running' } as const;
  expect(calls.update({ event: 'background_command', data: running })).toMatchObject({
    status: 'in_progress',
  });
  const result = { toolCallId: 'u1', status: 'completed' as const };
  expect(calls.outcome(result)).toMatchObject({ status: 'in_progress' });
  calls.update({ event: 'background_output', data: { toolUseId: 'u1', text: 'one\n' } });
  expect(calls.update({ event: 'background_output', data: { toolUseId: 'u1', text: 'two\n' } })).toEqual({
    toolCallId: 'u1',
    content: shown('one\ntwo\n'),
  });
  const ended = { toolUseId: 'u1', state: 'stopped' } as const;
  expect(calls.update({ event: 'background_command', data: ended })).toMatchObject({ status: 'failed' });
});

it('shows what a subagent says in its call, also after that has ended, and names that call in those it makes', () => {
  const calls = new GrowingCalls();
  const said = { parentToolUseId: 'agent', text: 'I look.' };
  expect(calls.update({ event: 'subagent_text', data: said })).toEqual({
    toolCallId: 'agent',
    content: shown('I look.\n\n'),
  });
  const outcome = { toolCallId: 'agent', status: 'completed' as const, content: shown('Found') };
  expect(calls.outcome({ ...outcome, content: [] }).content).toEqual(shown('I look.\n\n'));
  const inside = { toolUseId: 'u2', name: 'Bash', input: { command: 'ls' }, parentToolUseId: 'agent' };
  expect(toolCall(inside, '/projects')._meta).toEqual({ claudeCode: { parentToolUseId: 'agent' } });
});
