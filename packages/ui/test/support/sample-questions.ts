import { describeToolCall } from '@postern/contract';
import type { Question } from '../../src/state/thread.ts';

type PermissionQuestion = Extract<Question, { type: 'permission' }>;

/** A question about a command, with what a test needs to be otherwise; its words are those of its input. */
export function permissionQuestion(to: Partial<PermissionQuestion> = {}): PermissionQuestion {
  const { toolName = 'Bash', input = { command: 'rm -r build' } } = to;
  return {
    type: 'permission',
    requestId: 'p1',
    toolName,
    input,
    path: null,
    outside: false,
    diff: null,
    call: describeToolCall(toolName, input),
    cautions: [],
    remember: { rule: 'Bash(rm -r build)', words: 'run exactly this command: rm -r build' },
    expiresAt: null,
    answering: false,
    failure: null,
    ...to,
  };
}
