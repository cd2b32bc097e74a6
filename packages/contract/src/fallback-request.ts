import { z } from 'zod';
import { credentialRefSchema, instantSchema } from './credential.ts';
import { capScopeSchema } from './ledger.ts';

/** The question whether another credential may pay, or whether a cap may be passed. */
export const fallbackRequestSchema = z.object({
  requestId: z.string(),
  from: credentialRefSchema,
  to: credentialRefSchema,
  reason: z.string(),
  payer: z.string(),
  /** The cap; with `reason` `spend_cap_reached`, the one that this call does not fit under. */
  capUsd: z.number().nullable(),
  /** With `reason` `spend_cap_reached`, these four: which cap, and what stands against it, US dollars. */
  scope: capScopeSchema.optional(),
  spentUsd: z.number().optional(),
  /** Of other calls that are under way, or whose usage never came. */
  reservedUsd: z.number().optional(),
  thisCallAtMostUsd: z.number().optional(),
  /** A model whose price is not known: it counts as the dearest. */
  unknownModel: z.string().optional(),
  expiresAt: instantSchema,
});
