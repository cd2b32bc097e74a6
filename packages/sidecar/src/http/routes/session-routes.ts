import {
  doneSchema,
  emptyBodySchema,
  healthSchema,
  sessionRequestSchema,
  sessionSchema,
  ticketSchema,
} from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import {
  connectionOf,
  type FailureLimiter,
  isOfAnotherUser,
  launchTokenText,
  windowUrl,
} from '../../door/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

type SessionDeps = Pick<HttpDeps, 'health' | 'token' | 'tickets' | 'stop' | 'log'> & {
  readonly refusals: FailureLimiter;
  /** `http://127.0.0.1:<port>`, once the server listens. */
  readonly baseUrl: () => string;
};

/** `GET /health`, `POST /session`, `POST /session/ticket`, `POST /stop`. */
export function addSessionRoutes(app: HttpApp, deps: SessionDeps): void {
  app.get(
    '/health',
    {
      config: { open: true },
      schema: {
        operationId: 'health',
        tags: ['session'],
        summary: 'Whether it runs, and what is missing',
        querystring: noQuery,
        response: answers(healthSchema, 'How it is doing.'),
      },
    },
    async () => deps.health(),
  );

  app.post(
    '/session',
    {
      config: { open: true },
      schema: {
        operationId: 'openSession',
        tags: ['session'],
        summary: 'Swaps the one-time ticket of a window’s address for the token of this launch',
        querystring: noQuery,
        body: sessionRequestSchema,
        response: answers(sessionSchema, 'The token, for this tab only.', ...bodyCodes),
      },
    },
    async (request) => {
      // A ticket stands in a browser's argument list, which every user of the machine can read, and is in a hurry to use.
      const isOurs = async () => {
        const foreign = await isOfAnotherUser(connectionOf(request.raw.socket));
        if (foreign) deps.log.warn('another user of this machine tried a ticket');
        return !foreign;
      };
      if (!(await deps.tickets.redeem(request.body.ticket, isOurs))) {
        throw new InvalidRequestError(deps.refusals.note() ? 'too_many_requests' : 'unauthorized');
      }
      return { token: launchTokenText(deps.token) };
    },
  );

  app.post(
    '/session/ticket',
    {
      schema: {
        operationId: 'issueTicket',
        tags: ['session'],
        summary: 'Another address for a window, good once and for 60 s',
        querystring: noQuery,
        body: emptyBodySchema,
        response: answers(ticketSchema, 'The address.', ...bodyCodes),
      },
    },
    async () => {
      const { ticket, expiresAtMs } = deps.tickets.issue();
      return { url: windowUrl(deps.baseUrl(), ticket), expiresAt: instant(expiresAtMs) };
    },
  );

  app.post(
    '/stop',
    {
      schema: {
        operationId: 'stop',
        tags: ['session'],
        summary: 'Stops Postern',
        querystring: noQuery,
        body: emptyBodySchema,
        response: answers(doneSchema, 'It stops now.', ...bodyCodes),
      },
    },
    async (_request, reply) => {
      // After the answer has left: stopping closes this very connection.
      reply.raw.once('close', () => deps.stop());
      return { done: true };
    },
  );
}
