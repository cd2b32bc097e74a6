import { type Refusal, refuse } from './refusal.ts';
import { headerValues, type RequestFacts } from './request-facts.ts';

/** Headers that decide who asks and where a request ends: two of them mean that two readers may disagree. */
const singleHeaders = [
  'authorization',
  'content-length',
  'content-type',
  'content-encoding',
  'origin',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'last-event-id',
];

/**
 * 400 `bad_request` for a header twice of which there is one, for a transfer coding other than `chunked`, for a length and
 * a transfer coding together, and for a body on a method that has none. Source: RFC 9112, section 6.
 */
export function judgeFraming(facts: Pick<RequestFacts, 'method' | 'rawHeaders'>): Refusal | null {
  if (singleHeaders.some((name) => headerValues(facts, name).length > 1)) return refuse('bad_request');
  const [length] = headerValues(facts, 'content-length');
  const codings = headerValues(facts, 'transfer-encoding');
  if (codings.length > 1 || (codings.length === 1 && codings[0]?.toLowerCase() !== 'chunked'))
    return refuse('bad_request');
  if (length !== undefined && (codings.length > 0 || !/^\d{1,15}$/.test(length)))
    return refuse('bad_request');
  const hasBody = codings.length > 0 || (length !== undefined && Number(length) > 0);
  return hasBody && (facts.method === 'GET' || facts.method === 'HEAD') ? refuse('bad_request') : null;
}
