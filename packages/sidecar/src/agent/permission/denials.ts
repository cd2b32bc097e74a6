import type { DeniedBy } from '@postern/contract';

/** Why a tool call was not done. */
export type Denial =
  | DeniedBy
  | 'declined'
  | 'unshown_question'
  | 'unresolved_path'
  | 'local_address'
  | 'unshown_input'
  | 'changed_meanwhile';

/** The message about a denial that the agent gets. */
export const denials: Readonly<Record<Denial, string>> = {
  person: 'The person did not allow this.',
  declined:
    'The person does not answer this. Go on with what you know, or say what you need to know and stop.',
  unshown_question: 'These questions cannot be shown to the person, so they were not asked.',
  no_answer: 'The person did not answer in time, which means no.',
  rule: 'This folder belongs to Postern.',
  unresolved_path: 'Where this path leads cannot be found out, so nothing was done.',
  local_address: 'Pages of this machine and its own network are closed to this tool.',
  unshown_input: 'The input is nested too deeply to be shown to the person, so nothing was done.',
  changed_meanwhile:
    'The file changed after the person was asked. Nothing was done; look at it again before another try.',
};

/** How the program words what its own deny rules refused. Source: program 2.1.332, measured. */
const rulesOfProgram = [
  /^(<tool_use_error>)?File is covered by a (Read|Edit) deny rule in your permission settings/,
  /^(<tool_use_error>)?File is in a directory that is denied by your permission settings\./,
  /^(<tool_use_error>)?Permission to (use|read|edit) [\s\S]+ has been denied/,
];

/**
 * Who denied it, read off a failed tool's result: the agent's history keeps nothing else. Undefined where it failed, or where the
 * words are not known.
 */
export function deniedBy(content: string, isError: boolean): DeniedBy | undefined {
  if (!isError) return undefined;
  if (content === denials.person || content === denials.declined) return 'person';
  if (content === denials.no_answer) return 'no_answer';
  const isOurs = Object.values(denials).includes(content);
  return isOurs || rulesOfProgram.some((words) => words.test(content)) ? 'rule' : undefined;
}
