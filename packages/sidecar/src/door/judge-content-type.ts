import { type Refusal, refuse } from './refusal.ts';
import { headerValues, type RequestFacts } from './request-facts.ts';

/**
 * A POST is `application/json`, at most with `charset=utf-8`, and not compressed: 415 `unsupported_media_type` for anything
 * else and for none. A page of another site can send the three form types unasked, never this one. A route that takes raw bytes has its
 * own list instead, and refuses with `attachment_type_unsupported`.
 */
export function judgeContentType(
  facts: Pick<RequestFacts, 'rawHeaders'>,
  rawTypes: readonly string[] | null = null,
): Refusal | null {
  const [type] = headerValues(facts, 'content-type');
  const compressed = headerValues(facts, 'content-encoding').length > 0;
  if (rawTypes !== null)
    return !compressed && isOneOf(type ?? '', rawTypes) ? null : refuse('attachment_type_unsupported');
  if (type === undefined || !/^application\/json(?:; ?charset=utf-8)?$/i.test(type))
    return refuse('unsupported_media_type');
  return compressed ? refuse('unsupported_media_type') : null;
}

function isOneOf(given: string, types: readonly string[]): boolean {
  const type = /^([a-z]+\/[a-z0-9.+-]{1,100})(?:; ?charset=utf-8)?$/i.exec(given)?.[1]?.toLowerCase();
  if (type === undefined) return false;
  return types.some((each) => (each === 'text/*' ? type.startsWith('text/') : type === each));
}
