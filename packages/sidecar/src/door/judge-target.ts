import { type Refusal, refuse } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/**
 * Takes HTTP/1.1 with a target in origin form and nothing else: 400 `bad_request` for other versions, for absolute-form,
 * authority-form and asterisk targets, for fragments, backslashes and anything that is no visible ASCII.
 * Source: RFC 9112, section 3.2.
 */
export function judgeTarget(facts: Pick<RequestFacts, 'url' | 'httpVersion'>): Refusal | null {
  if (facts.httpVersion !== '1.1') return refuse('bad_request');
  return /^\/(?!\/)[!-~]*$/.test(facts.url) && !/[#\\]/.test(facts.url) ? null : refuse('bad_request');
}
