import type { UsageWindow } from '@postern/contract';
import { atTime, dayAndTime } from '../format/index.ts';

/**
 * When a window runs out at the pace so far, as a sentence that says how sure that is; null for a window that has reset since, is used up,
 * or of which the sidecar says nothing. Pure.
 */
export function paceInWords({ pace, resetsAt }: UsageWindow, nowMs: number): string | null {
  if (pace == null || (resetsAt !== null && Date.parse(resetsAt) <= nowMs) || pace.used >= 1) return null;
  const { outlook, runsOutBetween } = pace;
  if (outlook === 'unknown') return 'Too little is used to say when it runs out.';
  if (outlook === 'lasts' || runsOutBetween === null) return 'At this pace it lasts until the reset.';
  const from = dayAndTime(runsOutBetween.from, nowMs);
  if (runsOutBetween.to === null)
    return `At this pace it runs out after ${from} at the earliest, or lasts until the reset.`;
  const to = dayAndTime(runsOutBetween.to, nowMs);
  return from === to
    ? `At this pace it runs out ${atTime(runsOutBetween.from, nowMs, 'about ')}.`
    : `At this pace it runs out between ${from} and ${to}.`;
}
