import { errorTable, isErrorCode } from './error-table.ts';

/** A code, or a reason from outside, as words that begin a sentence, without its full stop: the table's title where it has one. Pure. */
export function reasonInWords(reason: string): string {
  if (isErrorCode(reason)) return errorTable[reason].title;
  const text = reason.replaceAll(/[_-]+/g, ' ').trim();
  return text === '' ? 'No reason was given' : text.charAt(0).toUpperCase() + text.slice(1);
}
