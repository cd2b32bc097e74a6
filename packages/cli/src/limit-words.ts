import { type QueryEvent, windowInWords, windowStatusInWords } from '@postern/contract';
import { shortInstant } from './print.ts';

type UsageLimit = Extract<QueryEvent, { event: 'usage_limit' }>['data'];

/** `The 5-hour window is used up`. */
export function usedUpInWords(window: string): string {
  return `The ${windowInWords(window)} is used up`;
}

/** How a window stands, as the service said; its reset is a sentence of its own, null where it is not known. */
export function limitInWords({ window, status, resetsAt }: UsageLimit): readonly [string, string | null] {
  const words = windowStatusInWords(status);
  return [
    `The ${windowInWords(window)} ${words === null ? `has a new status: ${status}` : `is ${words}`}`,
    resetsAt === null ? null : `It resets at ${shortInstant(resetsAt)}.`,
  ];
}
