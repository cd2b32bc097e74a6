import { type QueryEvent, usageNoticeText } from '@postern/contract';
import { shortInstant } from './print.ts';

type UsageLimit = Extract<QueryEvent, { event: 'usage_limit' }>['data'];

const isUsedUp = 'is used up';

/** `The 5-hour window is used up`, with the name that the window has everywhere. */
export function usedUpInWords(window: string): string {
  const seen = { credentialId: '', window, notice: 'at_95', utilization: null, resetsAt: null } as const;
  return usageNoticeText(seen, () => '').title;
}

/** How a window stands, as the service said; its reset is a sentence of its own, null where it is not known. */
export function limitInWords({ window, status, resetsAt }: UsageLimit): readonly [string, string | null] {
  const words: Readonly<Record<string, string>> = {
    allowed: 'is not used up',
    allowed_warning: 'is nearly used up',
    rejected: isUsedUp,
  };
  const said = words[status] ?? `has a new status: ${status}`;
  return [
    usedUpInWords(window).replace(isUsedUp, said),
    resetsAt === null ? null : `It resets at ${shortInstant(resetsAt)}.`,
  ];
}
