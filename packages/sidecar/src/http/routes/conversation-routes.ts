import {
  conversationListRequestSchema,
  conversationPageSchema,
  conversationSchema,
  pageRequestSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pageOf } from '../page-request.ts';

/** `GET /conversations`, `GET /conversations/:id`. */
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
