import { z } from 'zod';
import { credentialRefSchema } from './credential.ts';

export const tokenUsageSchema = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
});
export type TokenUsage = z.infer<typeof tokenUsageSchema>;

/** What one credential paid in a turn; the parts of a receipt add up to its whole. */
export const receiptPartSchema = z.object({
  credential: credentialRefSchema,
  reason: z.string(),
  calls: z.int(),
  usage: tokenUsageSchema,
  costUsd: z.number(),
  /** True where a plan covers it: shown, not counted towards the cap. */
  covered: z.boolean(),
});
export type ReceiptPart = z.infer<typeof receiptPartSchema>;
