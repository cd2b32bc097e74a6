import { z } from 'zod';
import { type ErrorCode, errorTable } from './error-table.ts';

/** Media type of every error answer. Source: RFC 9457, section 3. */
export const problemMediaType = 'application/problem+json';

/** Problem details. `type` is `urn:postern:error:<code>`. Source: RFC 9457, section 3.1. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** The problem document of a code. `detail` says what is particular to this occurrence; default: the next step. */
export function problemOf(code: ErrorCode, detail?: string): Problem {
  const { status, title, nextStep, retryable } = errorTable[code];
  return { type: `urn:postern:error:${code}`, title, status, code, detail: detail ?? nextStep, retryable };
}
