import type { ErrorCode } from '@postern/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Clock } from '../credentials/index.ts';
import { failureAnswer } from './failure-answer.ts';
import type { Log } from './log.ts';
import { type ProblemAnswer, problemAnswer } from './problem-answer.ts';
import { declaredNamesIn, validationDetail } from './validation-detail.ts';

export interface ErrorAnswerDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** The one error handler: known failures by the table, refused input in the schema's words, and anything else as `internal_error`. */
export function createErrorAnswer(
  deps: ErrorAnswerDeps,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const answer =
      failureAnswer(error, deps.clock()) ?? validationAnswer(error, request) ?? frameworkAnswer(error);
    if (answer.status === 500)
      deps.log.error({ err: error, route: request.routeOptions.url ?? null }, 'a request failed');
    return sendProblem(reply, answer);
  };
}

/** Sends a problem as it is: bytes, so that nothing adds to its media type. */
export function sendProblem(reply: FastifyReply, answer: ProblemAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function validationAnswer(error: FastifyError, request: FastifyRequest): ProblemAnswer | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  const part = error.validationContext ?? 'request';
  const code: ErrorCode =
    part === 'body' ? (request.routeOptions.config.invalidBodyCode ?? 'bad_request') : 'bad_request';
  const { body, querystring, params, headers } = request.routeOptions.schema ?? {};
  const declaredNames = declaredNamesIn([body, querystring, params, headers]);
  return problemAnswer(code, { detail: validationDetail(part, error.validation, declaredNames) });
}

function frameworkAnswer(error: FastifyError): ProblemAnswer {
  const status = error.statusCode ?? 500;
  if (status === 404) return problemAnswer('not_found');
  if (status === 413) return problemAnswer('payload_too_large');
  if (status === 415) return problemAnswer('unsupported_media_type');
  return problemAnswer(status >= 400 && status < 500 ? 'bad_request' : 'internal_error');
}
