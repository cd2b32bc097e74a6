import type { SDKControlGetUsageResponse } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';

/** One plan window as the program's usage control reports it. `utilization` 0 to 1; `resetsAtMs` Unix ms. */
export interface UsageReading {
  readonly window: string;
  readonly utilization: number;
  readonly resetsAtMs: number | null;
}

const windowSchema = z.object({ utilization: z.number().nullable(), resets_at: z.string().nullable() });
const modelWindowSchema = windowSchema.extend({ display_name: z.string() });

/**
 * Windows that the report names, read leniently: the control is marked experimental, so a member that has changed is left out and the rest
 * is kept. Windows without a utilization say nothing. Null where the program could not read the plan's windows. Pure.
 * Source: SDK 0.3.332, `SDKControlGetUsageResponse`; utilization is 0 to 100 there.
 */
export function usageReadings(
  report: Pick<SDKControlGetUsageResponse, 'rate_limits'>,
): readonly UsageReading[] | null {
  const { rate_limits: limits } = report;
  if (typeof limits !== 'object' || limits === null) return null;
  const found = new Map<string, UsageReading>();
  const note = (window: string, value: z.infer<typeof windowSchema>): void => {
    const { utilization, resets_at: resetsAt } = value;
    if (utilization === null || utilization < 0 || found.has(window)) return;
    const resetsAtMs = resetsAt === null ? Number.NaN : Date.parse(resetsAt);
    found.set(window, {
      window,
      utilization: utilization / 100,
      resetsAtMs: Number.isFinite(resetsAtMs) ? resetsAtMs : null,
    });
  };
  for (const [window, value] of Object.entries(limits)) {
    const parsed = windowSchema.safeParse(value);
    if (/^(?:five_hour|seven_day)(?:_[a-z_]+)?$/.test(window) && parsed.success) note(window, parsed.data);
  }
  for (const value of Array.isArray(limits.model_scoped) ? limits.model_scoped : []) {
    const parsed = modelWindowSchema.safeParse(value);
    const model = parsed.success ? nameOf(parsed.data.display_name) : '';
    if (parsed.success && model !== '') note(`seven_day_${model}`, parsed.data);
  }
  return [...found.values()];
}

/** The label of a model as it stands in the names of its other windows: `Fable` is `fable`. */
function nameOf(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 40);
}
