import { type Refusal, refuse } from './refusal.ts';
import { headerValues, type RequestFacts } from './request-facts.ts';

/**
 * A POST is `application/json`, at most with `charset=utf-8`, and not compressed: 415 `unsupported_media_type` for anything
 * else and for none. A page of another site can send the three form types unasked, never this one.
 */
export function judgeContentType(facts: Pick<RequestFacts, 'rawHeaders'>): Refusal | null {
  const [type] = headerValues(facts, 'content-type');
  if (type === undefined || !/^application\/json(?:; ?charset=utf-8)?$/i.test(type))
    return refuse('unsupported_media_type');
  return headerValues(facts, 'content-encoding').length > 0 ? refuse('unsupported_media_type') : null;
}
