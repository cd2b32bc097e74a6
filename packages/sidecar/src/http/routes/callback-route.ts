import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { longestTarget, type RedirectPageKind, redirectPage } from '../../door/index.ts';
import { answersAs } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** Source: W3C Speculation Rules, `Sec-Purpose`; the others are its older spellings. */
const lookAheadHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

// Documentation only, and so wide that it never refuses: repeats must reach the judge, which answers with a page.
const parameter = z.union([z.string(), z.array(z.string())]).optional();
const callbackQuery = z.looseObject({ code: parameter, state: parameter, iss: parameter, error: parameter });

/**
 * `GET /auth/anthropic/callback`: the browser's return. Static pages only; a browser that merely looks ahead gets 204 and
 * spends nothing.
 */
export function addCallbackRoute(app: HttpApp, { signIns, mode }: Pick<HttpDeps, 'signIns' | 'mode'>): void {
  const sendPage = (reply: FastifyReply, status: number, kind: RedirectPageKind): FastifyReply => {
    const { body, headers } = redirectPage(kind, mode);
    return reply.code(status).headers(headers).send(body);
  };

  app.get(
    '/auth/anthropic/callback',
    {
      config: { open: true },
      schema: {
        operationId: 'completeSignIn',
        tags: ['sign-in'],
        summary: 'The browser’s return from the sign-in server',
        querystring: callbackQuery,
        response: {
          ...answersAs('text/html', z.string(), 'Signed in. Every outcome is one of three static pages.'),
          ...Object.fromEntries(
            (
              [
                [400, 'It was not completed.'],
                [429, 'Too many wrong answers.'],
                [431, 'Too long.'],
              ] as const
            ).map(([status, description]) => [
              status,
              { description, content: { 'text/html': { schema: z.string() } } },
            ]),
          ),
        },
      },
    },
    async (request, reply) => {
      if (
        lookAheadHeaders.some((name) => /^\s*(prefetch|preview)/i.test(String(request.headers[name] ?? '')))
      )
        return reply.code(204).send();
      const target = request.raw.url ?? '';
      if (target.length > longestTarget) return sendPage(reply, 431, 'failed');
      // From the raw target, so that repeated parameters stay repeated.
      const parameters = new URLSearchParams(
        target.includes('?') ? target.slice(target.indexOf('?') + 1) : '',
      );
      const { page, status } = await signIns.completeFromBrowser({ parameters });
      return sendPage(reply, status, page);
    },
  );
}
