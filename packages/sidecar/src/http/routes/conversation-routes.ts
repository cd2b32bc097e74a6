import {
  conversationChangeSchema,
  conversationListRequestSchema,
  conversationPageSchema,
  conversationRequestSchema,
  conversationSchema,
  conversationSummarySchema,
  doneSchema,
  pageRequestSchema,
  reservedConversationSchema,
  rewindRequestSchema,
  rewindSchema,
  subagentSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pageOf } from '../page-request.ts';

const idParams = z.strictObject({ id: z.string().min(1).max(100) });

/** `GET /conversations`, and `GET`, `POST` and `DELETE` of one of them. */
export function addConversationRoutes(app: HttpApp, { agent }: Pick<HttpDeps, 'agent'>): void {
  app.get(
    '/conversations',
    {
      schema: {
        operationId: 'conversations',
        tags: ['query'],
        summary: 'Conversations, newest first; with `search` those in which it was said, with a `snippet`',
        querystring: conversationListRequestSchema,
        response: answers(conversationPageSchema, 'A page of conversations.'),
      },
    },
    ({ query }) => agent.conversations({ ...pageOf(query), search: query.search ?? null }),
  );

  app.post(
    '/conversations',
    {
      schema: {
        operationId: 'reserveConversation',
        tags: ['query'],
        summary: 'Names a conversation before its first prompt, and prepares its program',
        querystring: noQuery,
        body: conversationRequestSchema,
        response: answers(
          reservedConversationSchema,
          'Its id, for `POST /query`. One that is not used is forgotten.',
          'workspace_not_found',
          'workspace_unavailable',
          'credential_not_found',
          ...bodyCodes,
        ),
      },
    },
    ({ body }) => agent.reserve(body),
  );

  app.get(
    '/conversations/:id',
    {
      schema: {
        operationId: 'conversation',
        tags: ['query'],
        summary: 'What was said',
        params: idParams,
        querystring: pageRequestSchema,
        response: answers(conversationSchema, 'A page of it.', 'conversation_not_found'),
      },
    },
    ({ params, query }) => agent.conversation(params.id, pageOf(query)),
  );

  app.get(
    '/conversations/:id/subagents/:toolUseId',
    {
      schema: {
        operationId: 'subagent',
        tags: ['query'],
        summary: 'What a subagent did and said, by the call that started it',
        params: idParams.extend({ toolUseId: z.string().min(1).max(200) }),
        querystring: noQuery,
        response: answers(
          subagentSchema,
          'Its items, the last 1,000; none where nothing was kept.',
          'conversation_not_found',
        ),
      },
    },
    async ({ params }) => ({ items: await agent.subagent(params.id, params.toolUseId) }),
  );

  app.post(
    '/conversations/:id',
    {
      schema: {
        operationId: 'changeConversation',
        tags: ['query'],
        summary: 'Gives it another title, or lets go of a prompt that has no answer',
        params: idParams,
        querystring: noQuery,
        body: conversationChangeSchema,
        response: answers(
          conversationSummarySchema,
          'As it is now.',
          'conversation_not_found',
          'conversation_busy',
          ...bodyCodes,
        ),
      },
    },
    ({ params, body }) => agent.changeConversation(params.id, body),
  );

  app.post(
    '/conversations/:id/rewind',
    {
      schema: {
        operationId: 'rewindConversation',
        tags: ['query'],
        summary: 'Puts files back to what they were before a prompt, or says what that would do',
        params: idParams,
        querystring: noQuery,
        body: rewindRequestSchema,
        response: answers(
          rewindSchema,
          'The files: none where nothing is to be undone.',
          'conversation_not_found',
          'conversation_busy',
          'checkpoint_not_found',
          'checkpoints_off',
          'rewind_outside_workspace',
          'files_changed',
          'rewind_failed',
          ...bodyCodes,
        ),
      },
    },
    ({ params, body }) => agent.rewind(params.id, body),
  );

  app.delete(
    '/conversations/:id',
    {
      schema: {
        operationId: 'deleteConversation',
        tags: ['query'],
        summary: 'Removes it from this computer, and what was said in it from the index',
        params: idParams,
        querystring: noQuery,
        response: answers(doneSchema, 'It is gone.', 'conversation_not_found', 'conversation_busy'),
      },
    },
    async ({ params }) => {
      await agent.deleteConversation(params.id);
      return { done: true };
    },
  );
}
