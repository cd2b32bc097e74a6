import type { DeniedBy } from '@postern/contract';

/** What the agent is told of a denial. */
export const denials: Readonly<Record<DeniedBy, string>> = {
  person: 'The person did not allow this.',
  no_answer: 'The person did not answer in time, which means no.',
  rule: 'This folder belongs to Postern.',
};

/** How the program words what its own deny rules refused. Source: program 2.1.330, measured. */
const rulesOfProgram = [
  /^(<tool_use_error>)?File is in a directory that is denied by your permission settings\./,
  /^(<tool_use_error>)?Permission to (use|read|edit) [\s\S]+ has been denied/,
];

/**
 * Who denied it, read off a failed tool's result: the agent's history keeps nothing else. Undefined where it failed, or where the
 * words are not known.
 */
export function deniedBy(content: string, isError: boolean): DeniedBy | undefined {
  if (!isError) return undefined;
  const ours = (['person', 'no_answer', 'rule'] as const).find((by) => content === denials[by]);
  return ours ?? (rulesOfProgram.some((words) => words.test(content)) ? 'rule' : undefined);
}
