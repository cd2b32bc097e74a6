import { resolve } from 'node:path';

/** One thing a prompt asks for that takes a tool. */
export interface Step {
  /** `Read`, `Write`, `Bash`, or a tool of an MCP server. */
  readonly tool: string;
  readonly input: Readonly<Record<string, string>>;
  /** In words, before and after: "write `a.txt`", "Wrote `a.txt`". */
  readonly intent: string;
  readonly done: string;
}

/** Quoted parts are taken out first, so that a "then" or a dot inside them means nothing. */
const quoted = /```[^\n`]*\n([\s\S]*?)```|`([^`]+)`|"([^"]*)"|“([^”]*)”|(?<=\s)'([^'\n]*)'(?=[\s.,;!?]|$)/g;
/** Stands for quoted part number n, in characters that no prompt holds. */
const mask = /\uE000(\d+)\uE001/g;
const oneMask = /^\uE000(\d+)\uE001[.!?]?$/;

const betweenSteps =
  /\s*(?:[,;]?\s+(?:and\s+)?then\b,?|;|\n+|,?\s+and\s+(?=(?:run|execute|read|write|create)\b)|\.\s+(?=\S))\s*/i;
const politeness =
  /^(?:(?:please|now|okay|ok|can you|could you|would you|first|finally|next|also|and)\b,?\s*)+/i;

const file = String.raw`(\uE000\d+\uE001|[^\s,;:]*[^\s,;:.]\.[A-Za-z0-9]{1,8}|~?/[^\s,;:]+)`;
const run = /^(?:run|execute)\s+(?:(?:the\s+)?(?:(?:shell|bash)\s+)?command\s*:?\s*)?(.+)$/is;
const call =
  /^(?:use|call)\s+(?:the\s+)?(?:tool\s+)?(\uE000\d+\uE001)(?:\s+with\s+(\uE000\d+\uE001))?[.!?]?$/i;
const notACommand = /^(?:a|an|the|my|this|that|these|it|me|into|out|away|for)\b/i;
const writeInto = new RegExp(
  String.raw`^(?:write|put|save)\s+(.+?)\s+(?:to|into|in)\s+(?:a\s+|the\s+)?(?:new\s+)?(?:file\s+)?(?:called\s+|named\s+)?${file}[.!?]?$`,
  'is',
);
const write = new RegExp(
  String.raw`^(?:write|create|make|save)\s+(?:me\s+)?(?:a\s+|an\s+|the\s+)?(?:new\s+)?(?:text\s+)?(?:file\s+)?(?:called\s+|named\s+)?${file}` +
    String.raw`(?:\s*(?:,?\s+(?:that\s+says|which\s+says|containing|that\s+contains|contains|with|saying)|:)\s*(?:the\s+)?(?:text|contents?|words?|line)?\s*:?\s*(.+))?[.!?]?$`,
  'is',
);
const read = new RegExp(
  String.raw`^(?:read|open|show(?:\s+me)?|print|look\s+at|summari[sz]e)\s+(?:me\s+)?(?:the\s+)?(?:contents?\s+of\s+)?(?:the\s+)?(?:file\s+)?${file}(?:\W|$)`,
  'is',
);

const defaultContent = 'Written in the sandbox.\n';

/** The steps of a prompt in order; none where it only wants words. Relative paths are taken from `directory`. */
export function stepsOf(prompt: string, directory: string | null): readonly Step[] {
  const parts: { readonly whole: string; readonly inner: string }[] = [];
  const masked = prompt.replace(quoted, (whole, ...groups: (string | undefined)[]) => {
    parts.push({ whole, inner: groups.slice(0, 5).find((group) => group !== undefined) ?? '' });
    return `\uE000${parts.length - 1}\uE001`;
  });
  // One space at a time: the patterns below would take very long over a page of blanks.
  const tidy = masked.replace(/[^\S\n]+/g, ' ').replace(/ ?\n[ \n]*/g, '\n');
  const words: Words = {
    asSaid: (text) => text.replace(mask, (_, at) => parts[Number(at)]?.whole ?? ''),
    inner: (text) => {
      const only = oneMask.exec(text.trim());
      return only === null ? words.asSaid(text) : (parts[Number(only[1])]?.inner ?? '');
    },
    path: (text) => resolve(directory ?? '/', words.inner(text)),
    isCode: (text) => {
      const only = oneMask.exec(text.trim());
      return only !== null && (parts[Number(only[1])]?.whole.startsWith('`') ?? false);
    },
  };
  return tidy
    .split(betweenSteps)
    .map((segment) => stepOf(segment.trim().replace(politeness, ''), words))
    .filter((step) => step !== null);
}

interface Words {
  /** With its quotes back in place. */
  readonly asSaid: (text: string) => string;
  /** Without them, where the text is one quotation. */
  readonly inner: (text: string) => string;
  readonly path: (text: string) => string;
  readonly isCode: (text: string) => boolean;
}

function stepOf(segment: string, words: Words): Step | null {
  const [, tool, input] = call.exec(segment) ?? [];
  if (tool !== undefined) return calling(words.inner(tool), input === undefined ? '{}' : words.inner(input));
  if (words.isCode(segment)) return bash(words.inner(segment));
  const command = run.exec(segment)?.[1];
  if (command !== undefined) return commandStep(command, words);
  const into = writeInto.exec(segment);
  if (into?.[1] !== undefined && into[2] !== undefined)
    return writing(words.path(into[2]), words.inner(into[1]));
  const written = write.exec(segment);
  if (written?.[1] !== undefined) return writing(words.path(written[1]), contentOf(written[2], words));
  const readFile = read.exec(segment)?.[1];
  if (readFile === undefined) return null;
  const path = words.path(readFile);
  return { tool: 'Read', input: { file_path: path }, intent: `read \`${path}\``, done: `Read \`${path}\`` };
}

function commandStep(said: string, words: Words): Step | null {
  const first = /^\uE000\d+\uE001/.exec(said)?.[0];
  if (first !== undefined && words.isCode(first)) return bash(words.inner(first));
  if (notACommand.test(said)) return null;
  return bash(words.inner(said).replace(/(?<=\w)[.!?]$/, ''));
}

/** A tool of an MCP server; null where it is none, or what it is called with is no JSON object of texts. */
function calling(tool: string, input: string): Step | null {
  if (!/^mcp__\w+$/.test(tool.replaceAll('-', '_'))) return null;
  try {
    const given = Object.entries(JSON.parse(input) as Record<string, unknown>);
    const texts = given.map(([name, value]) => [name, String(value)]);
    const words = { intent: `use \`${tool}\``, done: `Used \`${tool}\`` };
    return { tool, input: Object.fromEntries(texts), ...words };
  } catch {
    return null;
  }
}

function bash(command: string): Step {
  return {
    tool: 'Bash',
    input: { command, description: 'Run the command that was asked for' },
    intent: `run \`${command}\``,
    done: `Ran \`${command}\``,
  };
}

function writing(path: string, content: string): Step {
  return {
    tool: 'Write',
    input: { file_path: path, content },
    intent: `write \`${path}\``,
    done: `Wrote \`${path}\``,
  };
}

function contentOf(said: string | undefined, words: Words): string {
  return said === undefined ? defaultContent : words.inner(said);
}
