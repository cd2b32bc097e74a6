import { z } from 'zod';
import { credentialRefSchema, instantSchema } from './credential.ts';
import { fallbackRequestSchema } from './fallback-request.ts';
import { openText } from './open-text.ts';

/** A week: a forgotten lease must expire. */
const longestSeconds = 7 * 86_400;

/** `POST /leases`: a secret of its own for another program. */
export const leaseRequestSchema = z.strictObject({
  /** Whose it is, for the user. */
  label: openText(z.string().trim().min(1).max(100)),
  /** The credential that pays first; default: the first of the order. */
  credential: z.string().min(1).max(100).optional(),
  /** US dollars that the lease may cost at most, checked before each call. */
  capUsd: z.number().positive().max(100_000).optional(),
  /** The only model that may be asked for. */
  model: openText(z.string().min(1).max(200)).optional(),
  /** Default: a day. */
  ttlSeconds: z.int().min(1).max(longestSeconds).optional(),
  /** True: it ends sooner, 10 s after the last `GET /events?lease=ID` of it has closed. Default: false. */
  held: z.boolean().optional(),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** Its only appearance outside the program: `secret` cannot be read again. */
export const leaseGrantSchema = z
  .object({
    leaseId: z.string(),
    baseUrl: z.string(),
    secret: z.string(),
    expiresAt: instantSchema,
    /** What would pay for a call now. */
    credential: credentialRefSchema,
    /** True where it cannot pay now, and the user will be asked whether another may. */
    asks: z.boolean(),
  })
  .meta({ id: 'LeaseGrant' });
export type LeaseGrant = z.infer<typeof leaseGrantSchema>;

/** A question of a program with a lease, for every window: `POST /approve` answers it, and no answer means no. */
export const leaseQuestionSchema = fallbackRequestSchema.extend({
  leaseId: z.string(),
  /** Of the lease. */
  label: z.string(),
});
export type LeaseQuestion = z.infer<typeof leaseQuestionSchema>;

/** A lease that holds; never its secret. */
export const leaseSchema = z
  .object({
    leaseId: z.string(),
    label: z.string(),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    capUsd: z.number().nullable(),
    model: z.string().nullable(),
    /** Paid calls so far, and what they cost at list prices, in US dollars. */
    calls: z.int(),
    spentUsd: z.number(),
    /** Questions that wait for an answer, oldest first. */
    questions: z.array(leaseQuestionSchema),
  })
  .meta({ id: 'Lease' });
export type Lease = z.infer<typeof leaseSchema>;
export const leaseListSchema = z
  .object({ items: z.array(leaseSchema), next: z.null() })
  .meta({ id: 'LeaseList' });
