import type { UsageNotice } from '@postern/contract';

/** The newest notice of a plan window, until it is dismissed. */
export interface UsageNotices {
  readonly shown: UsageNotice | null;
}

/** What changes it. */
export type UsageNoticeAction =
  | { readonly type: 'usage_notice_heard'; readonly notice: UsageNotice }
  | { readonly type: 'usage_notice_dismissed' };

/** None yet. */
export const noUsageNotice: UsageNotices = { shown: null };

/** The notice after an action: a newer one takes the place of the one before, the timeline keeps the rest. */
export function reduceUsageNotices(notices: UsageNotices, action: UsageNoticeAction): UsageNotices {
  switch (action.type) {
    case 'usage_notice_heard':
      return { shown: action.notice };
    case 'usage_notice_dismissed':
      return notices.shown === null ? notices : noUsageNotice;
    default:
      return notices;
  }
}
