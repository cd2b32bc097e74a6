import type { QueryEvent } from '@postern/contract';
import { endless, type FakeQuery, result } from './fake-queries.ts';

const create = (id: number, subject: string, activeForm: string): readonly QueryEvent[] => [
  {
    event: 'tool_use',
    data: {
      toolUseId: `task-${id}`,
      name: 'TaskCreate',
      input: { subject, description: subject, activeForm },
    },
  },
  {
    event: 'tool_result',
    data: {
      toolUseId: `task-${id}`,
      content: `Task #${id} created successfully: ${subject}`,
      isError: false,
    },
  },
];
let updates = 0;
const update = (taskId: string, status: string): QueryEvent => {
  updates += 1;
  return {
    event: 'tool_use',
    data: { toolUseId: `update-${updates}`, name: 'TaskUpdate', input: { taskId, status } },
  };
};

const command = 'grep -rn "carry" engine';
const subagent: readonly QueryEvent[] = [
  {
    event: 'tool_use',
    data: {
      toolUseId: 'agent-1',
      name: 'Agent',
      input: { description: 'Find where the carry is lost', prompt: 'Look through engine/ for the carry.' },
    },
  },
  {
    event: 'tool_use',
    data: { toolUseId: 'agent-1-bash', name: 'Bash', input: { command }, parentToolUseId: 'agent-1' },
  },
  {
    event: 'tool_result',
    data: { toolUseId: 'agent-1-bash', content: 'engine/adder.ts:14: carry = 0;', isError: false },
  },
  {
    event: 'subagent_text',
    data: { parentToolUseId: 'agent-1', text: 'The carry is set to **0** in `engine/adder.ts`, line 14.' },
  },
  {
    event: 'tool_result',
    data: { toolUseId: 'agent-1', content: 'It is lost in engine/adder.ts, line 14.', isError: false },
  },
];

/** Keeps a list of tasks and hands one of them to a subagent; goes on until it is stopped. */
export const working: FakeQuery = async function* (...context) {
  yield* create(1, 'Read the adder', 'Reading the adder');
  yield* create(2, 'Find where the carry is lost', 'Looking for the carry');
  yield* create(3, 'Correct it, and run the tests', 'Correcting it');
  yield update('1', 'completed');
  yield update('2', 'in_progress');
  yield* subagent;
  yield* endless(...context);
};

/** Runs a command in the background and goes on, until it is stopped. */
export const inBackground: FakeQuery = async function* (request, ...context) {
  const toolUseId = 'bash-1';
  const input = { command: 'npm run watch', run_in_background: true };
  yield { event: 'tool_use', data: { toolUseId, name: 'Bash', input } };
  yield { event: 'background_command', data: { toolUseId, state: 'running' } };
  yield {
    event: 'tool_result',
    data: { toolUseId, content: 'Command running in background with ID: b1', isError: false },
  };
  const text = 'Watching engine/ for changes…\n12 tests, 12 passed\n';
  yield { event: 'background_output', data: { toolUseId, text } };
  if (request.prompt.includes('then stop')) {
    yield { event: 'assistant_text', data: { text: 'The tests ran with every change.' } };
    yield { event: 'background_command', data: { toolUseId, state: 'stopped' } };
    yield result();
    return;
  }
  yield* endless(request, ...context);
};

/** Makes space in the context, and says how full it is. */
export const compacting: FakeQuery = async function* () {
  yield { event: 'compacted', data: { trigger: 'auto', beforeTokens: 168_220, afterTokens: 21_480 } };
  yield { event: 'assistant_text', data: { text: 'The carry is corrected, and all tests pass.' } };
  const ended = result();
  if (ended.event !== 'result') throw new Error('a turn that ends well has a result');
  const context = { usedTokens: 164_000, windowTokens: 200_000 };
  yield { event: 'result', data: { ...ended.data, context } };
};
