import { windowInWords } from '@postern/contract';
import { dayAndTime } from '../format/index.ts';
import type { WaitingItem } from '../state/thread.ts';

/** What a query waits for, and until when. */
export function waitingInWords({ window, until }: WaitingItem, nowMs: number) {
  return `The ${windowInWords(window)} is used up. Waiting until ${dayAndTime(until, nowMs)}, then it continues automatically.`;
}
