import { z } from 'zod';
import { credentialKindSchema, instantSchema } from './credential.ts';
import { pageSchema } from './page.ts';
import { receiptPartSchema, tokenUsageSchema } from './receipt-part.ts';

/** What a cap is about. */
export const capScopeSchema = z.enum(['turn', 'workspace', 'day', 'month']);
export type CapScope = z.infer<typeof capScopeSchema>;

/**
 * One turn, paid, at list prices: by what passed the gateway or by the Agent SDK's figure, whichever is more.
 */
export const receiptSchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    queryId: z.string(),
    conversationId: z.string(),
    model: z.string().nullable(),
    outcome: z.enum(['completed', 'failed', 'cancelled']),
    usage: tokenUsageSchema,
    costUsd: z.number(),
    durationMs: z.int(),
    parts: z.array(receiptPartSchema),
    /**
     * US dollars beyond `costUsd` that calls may have cost of which no usage came: they were cancelled or cut off, or Postern was. They count
     * towards the caps. Left out where there is none.
     */
    notReportedUsd: z.number().optional(),
    /** By the model that answered, where more than one did: calls, and US dollars as far as they were priced. */
    models: z.array(z.object({ model: z.string(), calls: z.int(), costUsd: z.number() })).optional(),
    /** Models that the price table does not know: they were counted as the dearest that it knows. */
    unknownModels: z.array(z.string()).optional(),
    /** Of a program with a lease: which one, and its own session, where it names one. `conversationId` is then no conversation here. */
    lease: z.object({ leaseId: z.string(), label: z.string(), session: z.string().nullable() }).optional(),
    /** Its sub-agents that paid, as the program names them: calls and US dollars are part of the whole. */
    subagents: z
      .array(
        z.object({
          agentId: z.string(),
          agentType: z.string().nullable(),
          calls: z.int(),
          costUsd: z.number(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receiptSchema>;
export const receiptPageSchema = pageSchema(receiptSchema).meta({ id: 'ReceiptPage' });

/** One auth event, redacted; `text` is a sentence for the user. */
export const timelineEntrySchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    type: z.string(),
    kind: credentialKindSchema.nullable(),
    code: z.string().nullable(),
    text: z.string(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelinePageSchema = pageSchema(timelineEntrySchema).meta({ id: 'TimelinePage' });

/** A plan window as it was last seen in an answer's headers. `utilization` 0 to 1; `ageSeconds` of the reading. */
export const usageWindowSchema = z.object({
  credentialId: z.string(),
  window: z.string(),
  utilization: z.number().nullable(),
  resetsAt: instantSchema.nullable(),
  status: z.string(),
  seenAt: instantSchema,
  ageSeconds: z.int(),
  /** The one model it is about; null: all. */
  model: z.string().nullable().optional(),
  /** Where the reading is from: headers of an answer, or the Claude Code program. */
  source: z.enum(['headers', 'program']).optional(),
  /**
   * Shares of the window's time and use, 0 to 1, when it was seen; when it runs out at the mean pace so far, null: not before its reset, or
   * not known. `outlook` says which; `runsOutBetween` is how sure it is, its `to` null: perhaps not before the reset.
   */
  pace: z
    .object({
      elapsed: z.number(),
      used: z.number(),
      runsOutAt: instantSchema.nullable(),
      outlook: z.enum(['runs_out', 'may_run_out', 'lasts', 'unknown']),
      runsOutBetween: z.object({ from: instantSchema, to: instantSchema.nullable() }).nullable(),
    })
    .nullable()
    .optional(),
});
export type UsageWindow = z.infer<typeof usageWindowSchema>;

export const spendSchema = z.object({
  credentialId: z.string(),
  kind: credentialKindSchema,
  costUsd: z.number(),
  covered: z.boolean(),
});
export type Spend = z.infer<typeof spendSchema>;

/** One account whose windows were wanted: read now, not again so soon, or why they could not be read. */
export const usageRefreshSchema = z.object({
  credentialId: z.string(),
  state: z.enum(['read', 'recent', 'failed']),
  /** When its program was asked last, and from when on it is asked again. */
  askedAt: instantSchema,
  nextAt: instantSchema,
  /** Of the error table, where it failed. */
  code: z.string().nullable(),
});
export type UsageRefresh = z.infer<typeof usageRefreshSchema>;

/** `GET /usage`. */
export const usageSchema = z
  .object({
    windows: z.array(usageWindowSchema),
    today: z.array(spendSchema),
    month: z.array(spendSchema),
    /** The last 31 local days, so that a month is whole, oldest first; days without spend are left out. */
    byDay: z.array(z.object({ day: z.iso.date(), spend: z.array(spendSchema) })),
    /** US dollars today that count towards the cap. */
    countedTodayUsd: z.number(),
    capUsdPerDay: z.number().nullable(),
    /** US dollars today of calls under way, and of those whose usage never came: the most they may cost. */
    reservedUsd: z.number(),
    /** Every cap that is set, with what counts towards it so far. Of workspaces, those with spend today. */
    caps: z.array(
      z.object({
        scope: capScopeSchema,
        capUsd: z.number(),
        spentUsd: z.number(),
        /** US dollars of calls that this cap counts and whose cost is not known: under way, or never reported. */
        reservedUsd: z.number(),
        /** US dollars that may still be spent: neither spent nor reserved; never less than 0. */
        leftUsd: z.number(),
        workspace: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usageSchema>;

/** `POST /usage/refresh`: usage after it, and what became of each Claude Code account. */
export const refreshedUsageSchema = usageSchema
  .extend({ refreshed: z.array(usageRefreshSchema) })
  .meta({ id: 'RefreshedUsage' });
export type RefreshedUsage = z.infer<typeof refreshedUsageSchema>;
