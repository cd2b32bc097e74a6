import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AccessTokens } from '../authorization-server/access-tokens.ts';
import type { PlanUsage } from '../messages-api/rate-limit-headers.ts';
import type { FaultQueues } from './fault-queues.ts';
import { faultSchema } from './fault-schema.ts';
import type { RequestLog } from './request-log.ts';
import { limitWindows, type Switches } from './switches.ts';

/** What `/sandbox/*` can change. */
export interface ControlDeps {
  readonly accessTokens: AccessTokens;
  readonly switches: Switches;
  readonly faults: FaultQueues;
  readonly log: RequestLog;
  readonly usage: PlanUsage;
}

const nothingSchema = z.strictObject({});
const limitSchema = z.strictObject({
  window: z.enum(limitWindows).default('five_hour'),
  resetsInSeconds: z
    .int()
    .min(1)
    .max(31 * 24 * 3600)
    .default(3600),
  /** When the time to the reset begins. */
  from: z.enum(['now', 'first_refusal']).default('now'),
  on: z.boolean().default(true),
  /** Calls are answered all the same, and paid as extra usage. */
  overage: z.boolean().default(false),
});
const offlineSchema = z.strictObject({ on: z.boolean() });
const keySchema = z
  .strictObject({
    refuse: z.boolean().optional(),
    key: z
      .string()
      .min(20)
      .max(512)
      .regex(/^sk-ant-api[A-Za-z0-9_-]+$/)
      .optional(),
  })
  .refine(({ refuse, key }) => refuse !== undefined || key !== undefined, 'refuse or key');

/** The routes that script trouble and tell what was asked. JSON only, loopback only, no unknown keys. */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { accessTokens, switches, faults, log, usage } = deps;
  const act = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    act: (body: z.infer<Schema>) => Readonly<Record<string, unknown>>,
  ) =>
    app.post(`/sandbox/${path}`, async (request, reply) => {
      const body = schema.safeParse(request.body);
      if (!body.success) return invalid(reply, body.error);
      return { done: true, ...act(body.data) };
    });

  act('faults', faultSchema, (fault) => {
    faults.add(fault);
    return { waiting: faults.waiting() };
  });
  act('expire', nothingSchema, () => ({ expired: accessTokens.expireAll() }));
  act('revoke', nothingSchema, () => {
    const families = accessTokens.withdrawConsents();
    for (let ended = 0; ended < families; ended += 1) log.familyEnded('consent_withdrawn');
    return { families };
  });
  act('limit', limitSchema, ({ window, resetsInSeconds, from, on, overage }) => {
    const lastsMs = resetsInSeconds * 1000;
    if (on && from === 'first_refusal') switches.setComingLimit({ window, overage }, lastsMs);
    else switches.setLimit(on ? { window, overage, resetsAtMs: Date.now() + lastsMs } : null);
    return { limit: limitView(switches) };
  });
  act('offline', offlineSchema, ({ on }) => {
    switches.offline = on;
    return { offline: on };
  });
  act('key', keySchema, ({ refuse, key }) => {
    if (refuse !== undefined) switches.keyRefused = refuse;
    if (key !== undefined) switches.acceptKey(key);
    return { refused: switches.keyRefused };
  });
  act('reset', nothingSchema, () => {
    faults.clear();
    switches.clear();
    usage.clear();
    log.clear();
    return {};
  });

  app.get('/sandbox/requests', async (request, reply) => {
    const query = nothingSchema.safeParse(request.query);
    if (!query.success) return invalid(reply, query.error);
    return {
      ...log.snapshot(),
      faultsWaiting: faults.waiting(),
      switches: {
        offline: switches.offline,
        keyRefused: switches.keyRefused,
        limit: limitView(switches),
      },
    };
  });
}

function limitView(switches: Switches): Readonly<Record<string, unknown>> | null {
  const limit = switches.limit(Date.now());
  return limit === null ? null : { window: limit.window, resetsAt: new Date(limit.resetsAtMs).toISOString() };
}

function invalid(reply: FastifyReply, error: z.ZodError): FastifyReply {
  return reply.code(400).send({
    code: 'invalid_request',
    detail: error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  });
}
