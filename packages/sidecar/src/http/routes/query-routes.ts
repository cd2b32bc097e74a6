import {
  approvalSchema,
  continueSchema,
  doneSchema,
  emptyBodySchema,
  queryModeSchema,
  queryRequestSchema,
  questionAnswerSchema,
  stopCommandSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, answersAs, bodyCodes, noQuery } from '../answers.ts';
import type { EventStreams } from '../event-streams.ts';
import { queryFrameSchema } from '../frame-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { followQuery } from '../query-stream.ts';

type QueryDeps = Pick<HttpDeps, 'agent' | 'gateway' | 'log'> & {
  readonly streams: EventStreams;
  readonly queryBodyBytes: number;
};

const idParams = z.strictObject({ id: z.string().min(1).max(100) });

/** `POST /query`, `GET /query/:id/events`, `POST /query/:id/cancel`, `POST /query/:id/continue`, `…/mode`, `…/stop-command`, `POST /approve`, `POST /answer`. */
export function addQueryRoutes(app: HttpApp, deps: QueryDeps): void {
  const { agent, gateway, streams } = deps;

  app.post(
    '/query',
    {
      bodyLimit: deps.queryBodyBytes,
      schema: {
        operationId: 'query',
        tags: ['query'],
        summary: 'Runs a prompt',
        querystring: noQuery,
        body: queryRequestSchema,
        response: answersAs(
          'text/event-stream',
          queryFrameSchema,
          'Events, each with `id:`; it ends with exactly one `result` or one `error`. The schema is that of one event.',
          'prompt_empty',
          'workspace_not_found',
          'workspace_unavailable',
          'attachment_not_found',
          'attachments_too_large',
          'too_many_queries',
          'conversation_not_found',
          'conversation_busy',
          'credential_not_found',
          'not_signed_in',
          'reauthorization_required',
          'no_working_credential',
          'refresh_unavailable',
          'agent_program_missing',
          'agent_failed',
          'unsafe_storage',
          ...bodyCodes,
        ),
      },
    },
    (request, reply) =>
      streams.open(reply, async () => {
        const { queryId } = await agent.start(request.body);
        return followQuery(deps, queryId, 0);
      }),
  );

  app.get(
    '/query/:id/events',
    {
      schema: {
        operationId: 'queryEvents',
        tags: ['query'],
        summary: 'Goes on where a lost connection stopped',
        params: idParams,
        querystring: noQuery,
        headers: z.looseObject({
          'last-event-id': z
            .string()
            .regex(/^\d{1,15}$/)
            .optional()
            .describe('id of the last event that arrived; default: from the start'),
        }),
        response: answersAs(
          'text/event-stream',
          queryFrameSchema,
          'As `POST /query`, after that event.',
          'query_not_found',
        ),
      },
    },
    (request, reply) =>
      streams.open(reply, () =>
        followQuery(deps, request.params.id, Number(request.headers['last-event-id'] ?? 0)),
      ),
  );

  app.post(
    '/query/:id/cancel',
    {
      schema: {
        operationId: 'cancelQuery',
        tags: ['query'],
        summary: 'Stops it within 2 s',
        params: idParams,
        querystring: noQuery,
        body: emptyBodySchema,
        response: answers(doneSchema, 'It stops.', 'query_not_found', ...bodyCodes),
      },
    },
    async ({ params }) => {
      await agent.cancel(params.id);
      return { done: true };
    },
  );

  app.post(
    '/query/:id/continue',
    {
      schema: {
        operationId: 'continueQuery',
        tags: ['query'],
        summary: 'Lets another credential pay instead of waiting for a reset',
        params: idParams,
        querystring: noQuery,
        body: continueSchema,
        response: answers(
          doneSchema,
          'It goes on.',
          'query_not_found',
          'credential_not_found',
          'credential_cannot_pay',
          ...bodyCodes,
        ),
      },
    },
    async ({ params, body }) => {
      await agent.letPay(params.id, body.credential ?? null);
      return { done: true };
    },
  );

  app.post(
    '/query/:id/mode',
    {
      schema: {
        operationId: 'changeMode',
        tags: ['query'],
        summary: 'How much it may do without a question, from its next tool call on',
        params: idParams,
        querystring: noQuery,
        body: queryModeSchema,
        response: answers(doneSchema, 'It asks by this now.', 'query_not_found', ...bodyCodes),
      },
    },
    async ({ params, body }) => {
      await agent.changeMode(params.id, body.permissionMode);
      return { done: true };
    },
  );

  app.post(
    '/query/:id/stop-command',
    {
      schema: {
        operationId: 'stopCommand',
        tags: ['query'],
        summary: 'Stops a command that runs in the background; the query goes on',
        params: idParams,
        querystring: noQuery,
        body: stopCommandSchema,
        response: answers(doneSchema, 'It does not run now.', 'query_not_found', ...bodyCodes),
      },
    },
    async ({ params, body }) => {
      await agent.stopCommand(params.id, body.toolUseId);
      return { done: true };
    },
  );

  app.post(
    '/approve',
    {
      schema: {
        operationId: 'approve',
        tags: ['query'],
        summary: 'Answers a permission request, a fallback request or a question of a lease',
        querystring: noQuery,
        body: approvalSchema,
        response: answers(doneSchema, 'Passed on.', 'request_not_found', 'answer_does_not_fit', ...bodyCodes),
      },
    },
    async ({ body }) => {
      const { requestId, decision, remember = false } = body;
      const answer = decision === 'deny' ? 'no' : remember ? 'today' : 'once';
      if (!gateway.leases.answer(requestId, answer)) await agent.approve(requestId, decision, remember);
      return { done: true };
    },
  );

  app.post(
    '/answer',
    {
      schema: {
        operationId: 'answer',
        tags: ['query'],
        summary: 'Answers a question request of the agent itself',
        querystring: noQuery,
        body: questionAnswerSchema,
        response: answers(doneSchema, 'Passed on.', 'request_not_found', 'answer_does_not_fit', ...bodyCodes),
      },
    },
    async ({ body }) => {
      await agent.answer(body.requestId, body.answers);
      return { done: true };
    },
  );
}
