import {
  conversationListRequestSchema,
  conversationPageSchema,
  conversationRequestSchema,
  conversationSchema,
  pageRequestSchema,
  reservedConversationSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pageOf } from '../page-request.ts';

/** `GET /conversations`, `POST /conversations`, `GET /conversations/:id`. */
export function addConversationRoutes(app: HttpApp, { agent }: Pick<HttpDeps, 'agent'>): void {
  app.get(
    '/conversations',
    {
      schema: {
        operationId: 'conversations',
        tags: ['query'],
        summary: 'Conversations, newest first',
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
        params: z.strictObject({ id: z.string().min(1).max(100) }),
        querystring: pageRequestSchema,
        response: answers(conversationSchema, 'A page of it.', 'conversation_not_found'),
      },
    },
    ({ params, query }) => agent.conversation(params.id, pageOf(query)),
  );
}
