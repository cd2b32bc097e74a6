import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** In characters, which are bytes here: of a request target, and of all headers together. */
export const longestTarget = 16 * 1024;
const longestHeaders = 16 * 1024;

/**
 * 431 (`payload_too_large`) for a request line or headers that no client of ours needs. The path of the redirect is let
 * through: there a page says so. Source: RFC 6585, section 5.
 */
export function judgeSize(
  facts: Pick<RequestFacts, 'url' | 'rawHeaders'>,
  takesRedirect: boolean,
): Refusal | null {
  const headers = facts.rawHeaders.reduce((sum, part) => sum + part.length, 0);
  const tooLarge = headers > longestHeaders || (facts.url.length > longestTarget && !takesRedirect);
  return tooLarge ? { code: 'payload_too_large', status: 431 } : null;
}
