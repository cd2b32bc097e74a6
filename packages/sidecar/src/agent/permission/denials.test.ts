import { describe, expect, it } from 'vitest';
import { denials, deniedBy } from './denials.ts';

describe('who denied a tool call', () => {
  it.each([
    [denials.person, 'person'],
    [denials.no_answer, 'no_answer'],
    [denials.rule, 'rule'],
    [
      '<tool_use_error>File is in a directory that is denied by your permission settings.</tool_use_error>',
      'rule',
    ],
    [
      '<tool_use_error>File is covered by a Read deny rule in your permission settings and cannot be written.</tool_use_error>',
      'rule',
    ],
    ['Permission to use WebFetch has been denied.', 'rule'],
    ['Permission to use Bash with command cat <<x\nx\n has been denied.', 'rule'],
  ])('is read off what the agent was told: %s', (content, by) => {
    expect(deniedBy(content, true)).toBe(by);
  });

  it.each([
    ['Exit code 1\npermission denied', true],
    ['ENOENT: no such file', true],
    [denials.person, false],
  ])('is nobody where the tool failed or was done: %s', (content, isError) => {
    expect(deniedBy(content, isError)).toBeUndefined();
  });
});
