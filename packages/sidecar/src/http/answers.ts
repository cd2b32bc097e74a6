import { type ErrorCode, errorTable, problemMediaType, problemSchema } from '@postern/contract';
import { type ZodType, z } from 'zod';

/** An answer as a schema's `response` map takes it. */
interface DocumentedAnswer {
  readonly description: string;
  readonly content: Record<string, { readonly schema: ZodType }>;
}

/** What any route can answer, whatever it does. */
const everywhere: readonly ErrorCode[] = [
  'bad_request',
  'unauthorized',
  'forbidden_origin',
  'misdirected_request',
  'too_many_requests',
  'internal_error',
];

/**
 * The `response` map of a route: what it gives when all is well, and a problem document for every code it may end with. The
 * same map documents and serializes: a field that is not in it never leaves.
 */
export function answers(
  success: ZodType,
  description: string,
  ...codes: readonly ErrorCode[]
): Record<string, DocumentedAnswer> {
  return answersAs('application/json', success, description, ...codes);
}

/** As `answers`, for a success that is no JSON. */
export function answersAs(
  mediaType: string,
  success: ZodType,
  description: string,
  ...codes: readonly ErrorCode[]
): Record<string, DocumentedAnswer> {
  const byStatus = Map.groupBy([...new Set([...codes, ...everywhere])], (code) => errorTable[code].status);
  return {
    200: { description, content: { [mediaType]: { schema: success } } },
    ...Object.fromEntries(
      [...byStatus].map(([status, each]) => [
        status,
        problem(each.map((code) => `\`${code}\`: ${errorTable[code].title}.`).join(' ')),
      ]),
    ),
    default: problem('Any other problem.'),
  };
}

/** The codes that a route with a JSON body may also end with. */
export const bodyCodes: readonly ErrorCode[] = [
  'unsupported_media_type',
  'payload_too_large',
  'request_timeout',
];

/** A query string that says nothing. */
export const noQuery = z.strictObject({});

function problem(description: string): DocumentedAnswer {
  return { description, content: { [problemMediaType]: { schema: problemSchema } } };
}
