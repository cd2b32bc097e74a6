import { describe, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { type ClaudeCodeAction, type ClaudeCodeStep, reduceClaudeCode } from './claude-code-step.ts';

const failure = failureOfCode('code_rejected');
const waiting: ClaudeCodeStep = {
  step: 'waiting',
  attempt: 1,
  authorizationUrl: null,
  pasteFailure: null,
};

function run(from: ClaudeCodeStep, ...actions: readonly ClaudeCodeAction[]): ClaudeCodeStep {
  return actions.reduce(reduceClaudeCode, from);
}

describe('a Claude Code login', () => {
  it('waits with the address the program printed, as soon as it has', () => {
    const url = 'https://claude.example/authorize';
    expect(run(waiting, { type: 'claude_code_waiting', attempt: 1, authorizationUrl: url })).toEqual({
      ...waiting,
      authorizationUrl: url,
    });
  });

  it('does not change while the program says the same', () => {
    expect(run(waiting, { type: 'claude_code_waiting', attempt: 1, authorizationUrl: null })).toBe(waiting);
  });

  it('does not forget a refused code while it is looked at again', () => {
    const refused = run(
      waiting,
      { type: 'claude_code_pasted' },
      { type: 'claude_code_paste_refused', attempt: 1, failure },
    );
    expect(run(refused, { type: 'claude_code_waiting', attempt: 1, authorizationUrl: null })).toMatchObject({
      step: 'waiting',
      pasteFailure: failure,
    });
  });

  it('ends well or badly, and hears nothing of an earlier attempt', () => {
    expect(run(waiting, { type: 'claude_code_succeeded', attempt: 1, account: 'ada' }).step).toBe(
      'succeeded',
    );
    expect(run(waiting, { type: 'claude_code_failed', attempt: 1, failure }).step).toBe('failed');
    expect(run(waiting, { type: 'claude_code_failed', attempt: 0, failure })).toBe(waiting);
  });
});
