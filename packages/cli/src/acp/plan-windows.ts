import type { PosternClient } from '@postern/client';
import { type UsageWindow, usageNoticeText } from '@postern/contract';
import { shortInstant } from '../print.ts';

/** A plan window as an editor gets it, with the age of its reading in seconds. */
export type PlanWindow = Pick<
  UsageWindow,
  'window' | 'utilization' | 'resetsAt' | 'status' | 'ageSeconds' | 'pace'
>;

/** From this share on a window is worth a word before a prompt. */
const nearlyUsedUp = 0.8;

/** The windows of what pays that have not reset since they were seen; none where they cannot be read: no prompt fails for that. */
export async function planWindows(
  sidecar: Pick<PosternClient, 'usage'>,
  credentialId: string | null,
): Promise<readonly PlanWindow[]> {
  const { windows } = await sidecar.usage().catch(() => ({ windows: [] }));
  return windows.flatMap((each) => {
    const { window, utilization, resetsAt, status, ageSeconds, pace = null } = each;
    const isOver = resetsAt !== null && Date.parse(resetsAt) <= Date.now();
    if (each.credentialId !== credentialId || isOver) return [];
    return [{ window, utilization, resetsAt, status, ageSeconds, pace }];
  });
}

/** Title and text for each window that is nearly used up. Pure. */
export function windowNotices(
  credentialId: string,
  windows: readonly PlanWindow[],
): readonly { readonly title: string; readonly text: string }[] {
  return windows
    .filter(({ utilization }) => (utilization ?? 0) >= nearlyUsedUp)
    .map((window) =>
      usageNoticeText({ ...window, credentialId, notice: 'at_80' }, (ms) =>
        shortInstant(new Date(ms).toISOString()),
      ),
    );
}
