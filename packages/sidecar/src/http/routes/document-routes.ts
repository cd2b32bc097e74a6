import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { pageHeaders } from '../../door/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import { answers, answersAs, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { RouteDeps } from '../routes.ts';
import { sendFile } from '../send-file.ts';

const pageAnswer = answersAs('text/html', z.string(), 'The window’s one document.', 'not_found');

/** `GET /openapi.json`, and the window: `/`, `/docs` (the same document) and `/assets/*`. */
export function addDocumentRoutes(app: HttpApp, { uiDirectory, openApi }: RouteDeps): void {
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'openapi',
        tags: ['session'],
        summary: 'This document',
        querystring: noQuery,
        response: answers(z.record(z.string(), z.unknown()), 'OpenAPI 3.1.'),
      },
    },
    async () => ({ ...(await openApi.document()) }),
  );

  app.get(
    '/assets/*',
    { config: { open: true }, schema: { hide: true, params: z.strictObject({ '*': z.string().max(200) }) } },
    ({ params }, reply) => answerFile(reply, uiDirectory, `assets/${params['*']}`),
  );

  for (const [path, operationId] of [
    ['/', 'window'],
    ['/docs', 'docs'],
  ] as const) {
    app.get(
      path,
      {
        config: { open: true },
        schema: { operationId, tags: ['session'], summary: 'The window', response: pageAnswer },
      },
      (_request, reply) => answerFile(reply, uiDirectory, 'index.html'),
    );
  }
}

/** @throws InvalidRequestError `not_found` */
async function answerFile(
  reply: FastifyReply,
  uiDirectory: string | null,
  name: string,
): Promise<FastifyReply> {
  if (uiDirectory === null)
    throw new InvalidRequestError('not_found', 'The window’s files are not built. Run npm ci again.');
  return sendFile(reply.headers(pageHeaders), uiDirectory, name);
}
