import type { UsageNotice } from './app-event.ts';
import { windowInWords } from './window-in-words.ts';

/**
 * The words for a notice: a title with the account and the reset to stand below it (`detail`), and one sentence for all (`text`). The same in
 * the window, the timeline and the system's notifications. Pure.
 * @param timeOf a time of the user's clock for a sentence, from Unix ms; null: with its day
 * @param atTimeOf the same with its preposition: `at 14:20`, `tomorrow at 02:05`
 */
export function usageNoticeText(
  { credentialId, window, notice, utilization, resetsAt }: UsageNotice,
  timeOf: (atMs: number, nowMs: number | null) => string,
  atTimeOf: (atMs: number) => string = (atMs) => `at ${timeOf(atMs, null)}`,
): { readonly title: string; readonly detail: string; readonly text: string } {
  const name = windowInWords(window);
  const account = `${credentialId.charAt(0).toUpperCase()}${credentialId.slice(1)}.`;
  if (notice === 'reset')
    return {
      title: `The ${name} has reset`,
      detail: account,
      text: `The ${name} of ${credentialId} has reset.`,
    };
  const share = utilization === null ? null : Math.floor(utilization * 100);
  const until = resetsAt === null ? '' : ` It resets ${atTimeOf(Date.parse(resetsAt))}.`;
  const detail = `${account}${until}`;
  if (share === null || share >= 100)
    return {
      title: `The ${name} is used up`,
      detail,
      text: `The ${name} of ${credentialId} is used up.${until}`,
    };
  return {
    title: `${share} % of the ${name} is used`,
    detail,
    text: `${share} % of the ${name} of ${credentialId} is used.${until}`,
  };
}
