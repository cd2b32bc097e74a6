import { errorTable, isErrorCode } from './error-table.ts';

/** Reasons that are no errors, and what ended a sign-in: their codes would say nothing to the user. */
const otherReasons: ReadonlyMap<string, string> = new Map([
  ['preferred', 'It is your first choice'],
  ['refresh_rejected', 'The server rejected its renewal'],
  ['interrupted_refresh', 'Its last renewal was interrupted'],
]);

/** A code, or a reason from outside, as words that begin a sentence, without its full stop: the table's title where it has one. Pure. */
export function reasonInWords(reason: string): string {
  if (isErrorCode(reason)) return errorTable[reason].title;
  const known = otherReasons.get(reason);
  if (known !== undefined) return known;
  const text = reason.replaceAll(/[_-]+/g, ' ').trim();
  return text === '' ? 'No reason was given' : text.charAt(0).toUpperCase() + text.slice(1);
}
