/** What a model or a web page may write, of about one megabyte each, to stop a window that is not careful. */
const megabyte = 1_048_576;

function filled(piece: string): string {
  return piece.repeat(Math.ceil(megabyte / piece.length)).slice(0, megabyte);
}

function growing(line: (depth: number) => string): string {
  let text = '';
  for (let depth = 1; text.length < megabyte; depth += 1) text += line(depth);
  return text;
}

/** Answers, by what is in them. */
export const heavyAnswers: Readonly<Record<string, string>> = {
  'deep quotes': filled('> '),
  'deep quotes, line by line': growing((depth) => `${'>'.repeat(depth)} a\n`),
  'deep lists': filled('- '),
  'deep lists, line by line': growing((depth) => `${'  '.repeat(depth)}- a\n`),
  'emphasis runs': filled('*a **b ***c'),
  'bold words': filled('**a** '),
  brackets: filled('['),
  links: filled('[a](b) '),
  backticks: growing((length) => `${'`'.repeat(length)} `),
  'a table': `| a | b |\n| - | - |\n${filled('| a | b |\n')}`,
  'a list': filled('- a **b** `c`\n'),
  'one long line': filled('word '),
  'one long word': filled('x'),
  'empty lines': filled('\n'),
  'short lines': filled('a\n'),
  'many paragraphs': filled('A paragraph with **bold** text and `code`.\n\n'),
  'one block of code': `\`\`\`ts\n${filled('const a = [1, 2, 3];\n')}`,
  definitions: filled('[a]: b\n'),
  'direction marks': filled('\u202E'),
  'direction marks and letters': filled('\u202Ea'),
};

/** A command of a megabyte, with something at its end. */
export const heavyCommand = `${filled('echo "nothing to see here"; ')}\nrm -r /`;
/** A megabyte of direction marks. */
export const heavyMarks = filled('\u202Ea\u2066');
/** Eight thousand changed lines. */
export const heavyDiff = `--- a/x\n+++ b/x\n@@ -0,0 +1,8000 @@\n${Array.from(
  { length: 8_000 },
  (_, line) => `+const line${line} = ${'long '.repeat(20)};\n`,
).join('')}`;
/** An input of a megabyte with many members. */
export const heavyInput = {
  edits: Array.from({ length: 20_000 }, (_, at) => ({ at, text: 'a piece of text' })),
};
