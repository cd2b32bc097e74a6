import type { FastifyInstance } from 'fastify';
import { oauthRefusal } from './authorization-server/oauth-refusal.ts';
import type { RequestLog, RequestNote } from './control/request-log.ts';
import type { Switches } from './control/switches.ts';
import { apiError } from './messages-api/error-answer.ts';
import { answered } from './wire/canned.ts';
import { conclude } from './wire/respond.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The log's note of this request; `/sandbox/*` is not logged and has none. */
    note: RequestNote;
  }
  interface FastifyContextConfig {
    /** The name that the log counts under; without one the request is not logged. */
    endpoint?: string;
  }
}

const offlineRetryAfterSeconds = '1';

/** What every request meets first: loopback names only, a note in the log, and 503 while the server is "away". */
export function guard(
  app: FastifyInstance,
  { port, log, switches }: { readonly port: number; readonly log: RequestLog; readonly switches: Switches },
): void {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  const origins = hosts.map((host) => `http://${host}`);
  app.decorateRequest('note');

  app.addHook('onRequest', async (request, reply) => {
    if (!hosts.includes(request.headers.host ?? ''))
      return reply
        .code(421)
        .send({ code: 'misdirected', detail: 'This server answers to loopback names only.' });
    const path = request.routeOptions.url ?? 'unknown';
    const { endpoint } = request.routeOptions.config;
    if (path.startsWith('/sandbox/')) {
      const { origin } = request.headers;
      if (origin !== undefined && !origins.includes(origin))
        return reply
          .code(403)
          .send({ code: 'origin_refused', detail: 'Pages of another origin may not call this.' });
      return undefined;
    }
    request.note = log.begin(request.method, path, endpoint ?? 'other');
    reply.raw.once('close', () => {
      const { statusCode, writableFinished } = reply.raw;
      log.finish(
        request.note,
        writableFinished ? (statusCode < 400 ? 'ok' : `http_${statusCode}`) : 'aborted',
        writableFinished ? statusCode : null,
      );
    });
    if (!switches.offline) return undefined;
    const away = path.startsWith('/v1/')
      ? apiError(503, 'api_error', 'Service unavailable')
      : oauthRefusal(503);
    const headers = { ...away.headers, 'retry-after': offlineRetryAfterSeconds };
    return conclude(request, reply, log, answered({ ...away, headers }), null);
  });
}
