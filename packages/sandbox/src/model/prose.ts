import type { Conversation, ToolCall } from './conversation.ts';
import type { Step } from './steps.ts';

const longParagraphs = 40;
const quotedCharacters = 300;
const outcomeCharacters = 2000;

/** An answer in words: echoes what was asked, then says something that fits its kind. */
export function proseOf({ prompt, earlierPrompts }: Conversation): string {
  const parts = [`You asked: “${shortened(prompt.replaceAll(/\s+/g, ' '), quotedCharacters)}”`];
  if (earlierPrompts.length > 0 && /\b(?:before|earlier|first|previous|remember|so far)\b/i.test(prompt)) {
    const list = earlierPrompts.map((earlier, at) => `${at + 1}. ${shortened(oneLine(earlier), 120)}`);
    parts.push(`Earlier in this conversation you asked:\n\n${list.join('\n')}`);
  }
  if (/\blong\b/i.test(prompt)) parts.push(...longAnswer());
  else if (/\bcode\b/i.test(prompt)) parts.push(...codeAnswer());
  else parts.push(...shortAnswer(earlierPrompts.length + 1));
  return parts.join('\n\n');
}

/** What is said before a tool is asked for. */
export function announcement(step: Step): string {
  return `I will ${step.intent}.`;
}

/** The last word after tools: every step with its outcome quoted. */
export function summary(steps: readonly Step[], calls: readonly ToolCall[], failed: ToolCall | null): string {
  const done = steps.map((step, at) => quotedOutcome(step.done, calls[at] ?? null));
  if (failed !== null) {
    const said = failed.outcome?.text ?? '';
    return [
      ...done,
      `I could not go on: the ${failed.name} tool did not succeed.`,
      quote(said),
      'Nothing more was done.',
    ].join('\n\n');
  }
  return ['Done.', ...done].join('\n\n');
}

/** What is said where a prompt needs a tool that the request does not offer. */
export function unavailable(step: Step): string {
  return `To ${step.intent} I would need the ${step.tool} tool, and it was not offered to me here.`;
}

function quotedOutcome(done: string, call: ToolCall | null): string {
  const said = call?.outcome?.text ?? '';
  return said === '' ? `${done}; it printed nothing.` : `${done}:\n\n${quote(said)}`;
}

/** A fence longer than any inside, so that the outcome cannot end it. */
function quote(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${shortened(text, outcomeCharacters)}\n${fence}`;
}

function shortAnswer(turn: number): readonly string[] {
  return [
    `Here is a short answer from the sandbox${turn > 1 ? `, the ${ordinal(turn)} of this conversation` : ''}. No real model is behind it, and nothing is charged.`,
    [
      '- **It streams**: the words arrive piece by piece, as a model’s do.',
      '- **It uses tools**: ask me to read a file, write one, or run a command.',
      '- **It can go wrong on purpose**: expire the sign-in or use up the plan, and watch what happens.',
    ].join('\n'),
  ];
}

function codeAnswer(): readonly string[] {
  return [
    'Here is a small function with an example of its use:',
    [
      '```ts',
      '/** Words of a text, longest first. */',
      'export function longestWords(text: string, count: number): readonly string[] {',
      '  const words = new Set(text.toLowerCase().match(/[a-z]+/g) ?? []);',
      '  return [...words].sort((a, b) => b.length - a.length).slice(0, count);',
      '}',
      '',
      "longestWords('a small guarded side door', 2); // ['guarded', 'small']",
      '```',
    ].join('\n'),
    'It runs as it stands; no library is needed.',
  ];
}

const themes = [
  'A good door is easy to open for those who may, and hard for everyone else',
  'What is written down once need not be remembered by anyone',
  'The smallest part that does the whole job is usually the right one',
  'A test that cannot fail has nothing to say',
  'People who wait should know what for, and for how long',
];

function longAnswer(): readonly string[] {
  return Array.from({ length: longParagraphs }, (_, at) => {
    const theme = themes[at % themes.length] ?? '';
    return `**${at + 1}.** ${theme}. This is paragraph ${at + 1} of ${longParagraphs}; it is here so that a long answer can be watched, scrolled, interrupted and picked up again, and it costs nothing.`;
  });
}

function ordinal(count: number): string {
  const tail = count % 100 > 10 && count % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${tail}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
