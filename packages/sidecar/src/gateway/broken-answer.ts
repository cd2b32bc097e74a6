import type { ErrorCode } from '@postern/contract';
import { wordsOfService } from '../secret/index.ts';
import type { AnswerError } from './usage-reader.ts';

/** The code and the detail of an answer of which nothing came that the user could see, and which was asked for twice. Pure. */
export function brokenBeforeContent(error: AnswerError | null): {
  readonly code: ErrorCode;
  readonly detail: string | null;
} {
  if (error === null)
    return {
      code: 'upstream_unavailable',
      detail: 'The connection ended twice before anything of the answer came.',
    };
  const detail = wordsOfService(error.message);
  switch (error.type) {
    case 'overloaded_error':
      return { code: 'upstream_overloaded', detail };
    case 'rate_limit_error':
      return { code: 'upstream_throttled', detail };
    case 'invalid_request_error':
    case 'not_found_error':
    case 'permission_error':
      return { code: 'upstream_refused', detail };
    default:
      return { code: 'upstream_unavailable', detail };
  }
}
