import { z } from 'zod';
import { credentialRefSchema, instantSchema } from './credential.ts';
import { leaseQuestionSchema } from './lease.ts';

/** `GET /events`: what a screen must be notified of. The events say that something changed; the routes say what it is now. */
export const appEventSchemas = {
  credential_changed: z.object({ kind: z.string(), status: z.string(), reason: z.string().nullable() }),
  settings_changed: z.object({ keys: z.array(z.string()) }),
  fallback: z.object({
    from: credentialRefSchema,
    to: credentialRefSchema,
    reason: z.string(),
    at: instantSchema,
  }),
  usage_limits_changed: z.object({
    window: z.string(),
    resetsAt: instantSchema.nullable(),
    status: z.string(),
  }),
  /** A plan window has passed 80 % or 95 %, or has reset after that; once each for a window. `utilization` 0 to 1. */
  usage_notice: z.object({
    credentialId: z.string(),
    window: z.string(),
    notice: z.enum(['at_80', 'at_95', 'reset']),
    utilization: z.number().nullable(),
    resetsAt: instantSchema.nullable(),
  }),
  /** A program with a lease asks whether another credential may pay, or a cap may be passed. */
  lease_question: leaseQuestionSchema,
  /** It no longer waits: answered, expired, or its program has gone. */
  lease_question_closed: z.object({ requestId: z.string(), leaseId: z.string(), allowed: z.boolean() }),
  /** A turn of a conversation began or ended, in any window or program. */
  conversation_changed: z.object({
    conversationId: z.string(),
    queryId: z.string(),
    running: z.boolean(),
    /** What was asked, for a window that follows the turn; cut after 20,000 characters. */
    prompt: z.string(),
  }),
  sign_in_changed: z.object({
    state: z.string(),
    step: z.enum(['started', 'completed', 'failed', 'cancelled', 'signed_out']),
    code: z.string().nullable(),
  }),
} as const;

export type AppEventName = keyof typeof appEventSchemas;

export type AppEvent = {
  [Name in AppEventName]: { readonly event: Name; readonly data: z.infer<(typeof appEventSchemas)[Name]> };
}[AppEventName];

const streamNameSchema = z.string().regex(/^[\w-]{16,64}$/);

/** `GET /events`. `lease`: holds that lease while it is open. `stream`: a name of the reader's choice, under which it may follow queries. */
export const eventsRequestSchema = z.strictObject({
  lease: z.string().min(1).max(100).optional(),
  stream: streamNameSchema.optional(),
});

/** `POST /events/follow`: the events of a query, after that one, come on the open stream of this name as well. */
export const followRequestSchema = z
  .strictObject({
    stream: streamNameSchema,
    /** A number of the reader's choice, another one for each time that it follows a query. */
    follow: z.int().min(0),
    queryId: z.string().min(1).max(100),
    after: z.int().min(0).default(0),
  })
  .meta({ id: 'FollowRequest' });

/** `POST /events/leave`: nothing more comes under that number. */
export const leaveRequestSchema = followRequestSchema
  .pick({ stream: true, follow: true })
  .meta({ id: 'LeaveRequest' });

/** The data of an event `query` of `GET /events`: an event of a query that is followed there under that number, with its id in that query. */
export const followedQueryEventSchema = z
  .object({
    follow: z.int().min(0),
    queryId: z.string(),
    id: z.int().min(0),
    event: z.string(),
    data: z.unknown(),
  })
  .meta({ id: 'FollowedQueryEvent' });
export type FollowedQueryEvent = z.infer<typeof followedQueryEventSchema>;

/** A notice of a plan window. */
export type UsageNotice = Extract<AppEvent, { event: 'usage_notice' }>['data'];
