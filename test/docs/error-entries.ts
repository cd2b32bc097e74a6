import { type ErrorCode, errorTable } from '@postern/contract';
import { exitCodeOf } from '../../packages/cli/src/exit-code.ts';
import { localErrors } from '../../packages/contract/src/local-errors.ts';
import { queryErrors } from '../../packages/contract/src/query-errors.ts';
import { rewindErrors } from '../../packages/contract/src/rewind-errors.ts';
import { signInErrors } from '../../packages/contract/src/sign-in-errors.ts';
import { errorMeanings } from './error-meanings.ts';

/** Between these the page is written by `write-error-entries.ts`; the rest by hand. */
export const entriesBegin = '<!-- written by test/docs/write-error-entries.ts: begin -->';
export const entriesEnd = '<!-- end -->';

const groups: readonly (readonly [heading: string, rows: Readonly<Record<string, unknown>>])[] = [
  ['Signing in, and keeping a sign-in', signInErrors],
  ['Asking', queryErrors],
  ['Undoing what the agent did to files', rewindErrors],
  ['Keeping, starting, and the local door', localErrors],
];

/** Every code of the error table as an entry: its meaning, and the table's own title and next step. Pure. */
export function errorEntries(): string {
  return groups
    .map(([heading, rows]) => {
      const entries = Object.keys(rows).map((code) => entry(code as ErrorCode));
      return `### ${heading}\n\n${entries.join('\n')}`;
    })
    .join('\n');
}

function entry(code: ErrorCode): string {
  const { title, nextStep, status, retryable } = errorTable[code];
  const facts = [
    `HTTP ${status}`,
    `exit code ${exitCodeOf(code)}`,
    ...(retryable ? ['usually temporary'] : []),
  ];
  return `#### \`${code}\`

**${title}.** ${errorMeanings[code]}

${nextStep} *(${facts.join(', ')})*
`;
}

/** The page with its entries written anew. @throws Error where it has no place for them */
export function withErrorEntries(page: string): string {
  const [begin, end] = [page.indexOf(entriesBegin), page.indexOf(entriesEnd)];
  if (begin < 0 || end < begin) throw new Error('the page has no place for the entries');
  return `${page.slice(0, begin + entriesBegin.length)}\n\n${errorEntries()}\n${page.slice(end)}`;
}
