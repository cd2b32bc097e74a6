import type { SDKRateLimitInfo } from '@anthropic-ai/claude-agent-sdk';

/** A plan window in our words. Source: `SDKRateLimitInfo`; `resetsAt` is in Unix seconds, measured. */
export function windowOf(info: SDKRateLimitInfo): {
  readonly window: string;
  readonly utilization: number | null;
  readonly resetsAtMs: number | null;
  readonly status: string;
} {
  const { rateLimitType, utilization, resetsAt, status } = info;
  return {
    window: rateLimitType ?? 'plan',
    utilization: utilization ?? (status === 'rejected' ? 1 : null),
    resetsAtMs: resetsAt === undefined ? null : resetsAt * 1000,
    status,
  };
}
