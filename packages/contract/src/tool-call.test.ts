import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeToolCall, mcpToolOf } from './tool-call.ts';

describe('a tool call in words', () => {
  it('says what it does and to what', () => {
    expect(
      describeToolCall('Bash', { description: 'Tests', command: 'npm test\nrm -rf /', timeout: 5 }),
    ).toEqual({
      action: 'Run a command',
      target: 'npm test\nrm -rf /',
      icon: 'terminal',
      parts: [
        { label: 'Command', kind: 'command', text: 'npm test\nrm -rf /' },
        { label: 'Described by the agent as', kind: 'text', text: 'Tests' },
        { label: 'Time limit in milliseconds', kind: 'value', text: '5' },
      ],
    });
    expect(describeToolCall('mcp__files__list', { dir: 'x' })).toMatchObject({
      action: 'Use list of the MCP server files',
      target: 'x',
    });
    expect(describeToolCall('toString', {})).toMatchObject({ action: 'Use toString', target: null });
  });

  it('leaves out nothing of the input, whatever the tool', () => {
    const names = fc.constantFrom(
      'Bash',
      'Write',
      'Edit',
      'NotebookEdit',
      'WebFetch',
      'Agent',
      'Other',
      'mcp__a__b',
    );
    const member = fc.oneof(
      fc.string(),
      fc.constantFrom('command', 'file_path', 'content', 'url', '__proto__'),
    );
    fc.assert(
      fc.property(
        names,
        fc.dictionary(member, fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()))),
        (name, input) => {
          const { parts } = describeToolCall(name, input);
          expect(parts).toHaveLength(Object.keys(input).length);
          const texts = parts.map(({ text }) => text);
          for (const value of Object.values(input))
            expect(texts).toContain(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
        },
      ),
    );
  });
});

it('knows the server of an MCP tool', () => {
  expect(mcpToolOf('mcp__my_files__list__all')).toEqual({ server: 'my_files', tool: 'list__all' });
  expect(mcpToolOf('mcp__files')).toBeNull();
});
