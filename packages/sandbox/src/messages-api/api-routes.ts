import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AccessTokens } from '../authorization-server/access-tokens.ts';
import type { FaultQueues } from '../control/fault-queues.ts';
import type { ApiFault } from '../control/fault-schema.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { PlanLimit, Switches } from '../control/switches.ts';
import { inputTokens } from '../model/count-tokens.ts';
import { countRequestSchema, messageRequestSchema } from '../model/message-request.ts';
import { replyTo } from '../model/reply-to.ts';
import { billingRefusal } from '../platform/bill.ts';
import type { Connections } from '../platform/connections.ts';
import { type Answer, jsonAnswer, type Outcome } from '../wire/answer.ts';
import { answered, cannedOutcome, outcomeAfter } from '../wire/canned.ts';
import { conclude, meet, respond } from '../wire/respond.ts';
import { authenticate, type Caller } from './authenticate.ts';
import { apiError, newRequestId } from './error-answer.ts';
import { messageOf } from './message.ts';
import { isServed, modelListSchema, modelOf, modelPage } from './models.ts';
import { overageHeaders, type PlanUsage } from './rate-limit-headers.ts';
import { refusal, refusalOfStatus } from './refusal.ts';
import { streamMessage } from './stream-message.ts';

/** What the Messages API stands on. */
export interface ApiDeps {
  readonly accessTokens: AccessTokens;
  /** Of the platform; null: tokens are a plan's. */
  readonly connections: Connections | null;
  readonly switches: Switches;
  readonly faults: FaultQueues;
  readonly log: RequestLog;
  readonly usage: PlanUsage;
  readonly redirectTarget: string;
  /** Pause after each piece of a streamed answer, in milliseconds. */
  readonly paceMs: number;
}

/** The largest request. Source: platform.claude.com/docs/en/api/errors, `request_too_large`. */
const largestRequestBytes = 32 * 1024 * 1024;

/** The Messages API: credentials checked, trouble as scripted, answers in the documented shapes. */
export function apiRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const { faults, log, redirectTarget } = deps;
  const instead = (fault: ApiFault, caller: Caller): Outcome | null =>
    cannedOutcome(fault, {
      refusal: (status) =>
        fault.reason === undefined
          ? refusalOfStatus(status, caller.kind)
          : refusal(fault.reason, { status: fault.status }),
      redirectTarget,
    });
  const take = (on: 'messages' | 'count_tokens' | 'models', caller: Caller) =>
    faults.take(on, ({ credential }) => credential === undefined || credential === caller.kind);

  app.post(
    '/v1/messages',
    { bodyLimit: largestRequestBytes, config: { endpoint: 'messages' } },
    async (request, reply) => {
      const caller = admitted(request, deps);
      if (isAnswer(caller)) return refuse(request, reply, log, caller);
      const fault = take('messages', caller);
      await meet(request, fault?.kind === 'slow_stream' ? { ...fault, delayMs: 0 } : fault);
      const other = fault === null ? null : instead(fault, caller);
      if (other !== null) return conclude(request, reply, log, other, null);
      const connection = caller.kind === 'oauth' ? caller.connection : null;
      const unpaid = connection === null ? null : (deps.connections?.refusalOf(connection) ?? null);
      if (unpaid !== null) return refuse(request, reply, log, billingRefusal(unpaid));
      const limit =
        caller.kind === 'oauth' && connection === null ? deps.switches.limitForCall(Date.now()) : null;
      if (limit !== null && limit.overage !== true)
        return refuse(request, reply, log, refusal('usage_limit', limit));

      const parsed = parse(messageRequestSchema, request.body);
      if (isAnswer(parsed)) return refuse(request, reply, log, parsed);
      if (!isServed(parsed.model))
        return refuse(request, reply, log, apiError(404, 'not_found_error', `model: ${parsed.model}`));
      const message = messageOf(parsed, replyTo(parsed));
      const tokens = message.usage.input_tokens + message.usage.output_tokens;
      if (connection !== null) deps.connections?.spend(connection, tokens);
      const headers = paidHeaders(caller, tokens, limit, deps);
      if (parsed.stream !== true || fault?.kind.endsWith('_after_processing') === true) {
        const answer = jsonAnswer(200, message, headers);
        const outcome = fault === null ? answered(answer) : outcomeAfter(wholeAnswerKind(fault.kind), answer);
        return conclude(request, reply, log, outcome, answer);
      }
      reply.hijack();
      const end = await streamMessage(reply.raw, message, headers, { paceMs: deps.paceMs, fault });
      log.finish(request.note, end, 200);
      return reply;
    },
  );

  app.post(
    '/v1/messages/count_tokens',
    { bodyLimit: largestRequestBytes, config: { endpoint: 'count_tokens' } },
    async (request, reply) => {
      const caller = admitted(request, deps);
      if (isAnswer(caller)) return refuse(request, reply, log, caller);
      const parsed = parse(countRequestSchema, request.body);
      if (isAnswer(parsed)) return refuse(request, reply, log, parsed);
      return respond({
        request,
        reply,
        log,
        fault: take('count_tokens', caller),
        instead: (fault) => instead(fault, caller),
        work: async () =>
          jsonAnswer(200, { input_tokens: inputTokens(parsed) }, { 'request-id': newRequestId() }),
      });
    },
  );

  const models = (path: string, answer: (request: FastifyRequest) => Answer) =>
    app.get(path, { config: { endpoint: 'models' } }, async (request, reply) => {
      const caller = admitted(request, deps);
      if (isAnswer(caller)) return refuse(request, reply, log, caller);
      // Own choice: a customer's token is for messages; the documented list of endpoints was not seen whole.
      if (caller.kind === 'oauth' && caller.connection !== null)
        return refuse(
          request,
          reply,
          log,
          apiError(403, 'permission_error', 'This credential is for messages.'),
        );
      return respond({
        request,
        reply,
        log,
        fault: take('models', caller),
        instead: (fault) => instead(fault, caller),
        work: async () => answer(request),
      });
    });
  models('/v1/models', ({ query }) => {
    const parsed = parse(modelListSchema, query);
    return isAnswer(parsed) ? parsed : jsonAnswer(200, modelPage(parsed), { 'request-id': newRequestId() });
  });
  models('/v1/models/:id', ({ params }) => {
    const { id } = params as { readonly id: string };
    const found = modelOf(id);
    return found === null
      ? apiError(404, 'not_found_error', `model: ${id}`)
      : jsonAnswer(200, found, { 'request-id': newRequestId() });
  });
}

/** Notes the beta headers, then says who calls. */
function admitted(request: FastifyRequest, deps: ApiDeps): Caller | Answer {
  const beta = request.headers['anthropic-beta'];
  request.note.beta = typeof beta === 'string' ? beta.split(',').map((each) => each.trim()) : [];
  return authenticate(request, deps);
}

function refuse(request: FastifyRequest, reply: FastifyReply, log: RequestLog, answer: Answer): FastifyReply {
  return conclude(request, reply, log, answered(answer), null);
}

/** @param limit of the plan, where the call is paid as extra usage beyond it */
function paidHeaders(
  caller: Caller,
  tokens: number,
  limit: PlanLimit | null,
  { usage }: ApiDeps,
): Readonly<Record<string, string>> {
  const nowMs = Date.now();
  const ofPlan = caller.kind === 'oauth' && caller.connection === null;
  if (ofPlan) usage.count(tokens, nowMs);
  const limits = ofPlan ? usage.planHeaders(nowMs) : usage.keyHeaders(nowMs);
  const beyond = limit === null ? {} : overageHeaders(limit.window, limit.resetsAtMs);
  return { 'request-id': newRequestId(), ...limits, ...beyond };
}

/** An answer that is sent whole has no middle: what would break a stream there breaks it half-way. */
function wholeAnswerKind(kind: ApiFault['kind']): ApiFault['kind'] {
  return kind.endsWith('_mid_stream') ? 'cut_off' : kind;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> | Answer {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return apiError(
    400,
    'invalid_request_error',
    `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`,
  );
}

function isAnswer(value: object): value is Answer {
  return 'status' in value && 'body' in value && 'headers' in value;
}
