import { describe, expect, it } from 'vitest';
import { stepsOf } from './steps.ts';

const brief = (prompt: string) =>
  stepsOf(prompt, '/home/my docs').map(({ tool, input }) => [
    tool,
    input['command'] ?? input['file_path'],
    ...(input['content'] === undefined ? [] : [input['content']]),
  ]);

const fallback = 'Written in the sandbox.\n';

describe('the steps of a prompt', () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ['run ls -la', [['Bash', 'ls -la']]],
    ['Please run `npm test`.', [['Bash', 'npm test']]],
    ['run the command: echo "a then b"', [['Bash', 'echo "a then b"']]],
    ['`git status`', [['Bash', 'git status']]],
    ['Could you execute ls .', [['Bash', 'ls .']]],
    ['read README.md', [['Read', '/home/my docs/README.md']]],
    ['Show me the contents of the file src/a.ts, please', [['Read', '/home/my docs/src/a.ts']]],
    ['read /etc/hosts', [['Read', '/etc/hosts']]],
    ['write a.txt', [['Write', '/home/my docs/a.txt', fallback]]],
    [
      'create a file called notes.md containing hello there',
      [['Write', '/home/my docs/notes.md', 'hello there']],
    ],
    [
      'Create a new file "my notes.txt" with the text "one; then two."',
      [['Write', '/home/my docs/my notes.txt', 'one; then two.']],
    ],
    ['write “hi” to out/x.txt', [['Write', '/home/my docs/out/x.txt', 'hi']]],
    ['save 42 into the file answer.txt', [['Write', '/home/my docs/answer.txt', '42']]],
    [
      'write a.txt then run cat a.txt',
      [
        ['Write', '/home/my docs/a.txt', fallback],
        ['Bash', 'cat a.txt'],
      ],
    ],
    [
      'First write a.txt containing "x", and then read a.txt; finally run `rm a.txt`',
      [
        ['Write', '/home/my docs/a.txt', 'x'],
        ['Read', '/home/my docs/a.txt'],
        ['Bash', 'rm a.txt'],
      ],
    ],
  ])('%s', (prompt, steps) => {
    expect(brief(prompt)).toEqual(steps);
  });

  it.each([
    'How do I run a marathon?',
    'run the tests',
    'What does `ls` do?',
    'write a poem about doors',
    'Explain read and write locks',
    'a long answer, please',
    '',
  ])('asks for no tool: %s', (prompt) => {
    expect(brief(prompt)).toEqual([]);
  });

  it('takes no longer over a huge prompt than over a page', () => {
    // Processor time: a busy machine does not count.
    const before = process.cpuUsage();
    for (const filler of [' ', '\n', 'a', '`', '"', 'write ', 'run then '])
      stepsOf(`write ${filler.repeat(200_000 / filler.length)}`, null);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500);
  });
});
