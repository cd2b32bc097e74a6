import type { FastifyError, FastifyInstance } from 'fastify';
import type { RequestLog } from '../control/request-log.ts';
import { answered } from '../wire/canned.ts';
import { conclude } from '../wire/respond.ts';
import { apiError, errorTypeOf } from './error-answer.ts';

/** Errors of the server itself (a body that is no JSON, too large, an unknown path) in the documented shape. */
export function apiErrors(app: FastifyInstance, log: RequestLog): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    const message = status >= 500 ? 'Internal server error' : error.message;
    return conclude(request, reply, log, answered(apiError(status, errorTypeOf(status), message)), null);
  });
  app.all('/v1/*', { config: { endpoint: 'unknown' } }, (request, reply) =>
    conclude(request, reply, log, answered(apiError(404, 'not_found_error', 'Not found')), null),
  );
}
