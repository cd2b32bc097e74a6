import { type Refusal, refuse } from './refusal.ts';
import { headerValues, type RequestFacts } from './request-facts.ts';

/** The only Host values of a server on 127.0.0.1; a client leaves out the port where it is 80. */
export function ownHosts(port: number): readonly string[] {
  return port === 80 ? ['127.0.0.1', '127.0.0.1:80'] : [`127.0.0.1:${port}`];
}

/**
 * Exactly one Host, exactly one of ours: 400 `bad_request` where there is none or several, 421 `misdirected_request` for any
 * other. This is what stops DNS rebinding. Source: RFC 9112, section 3.2; RFC 9110, section 15.5.20.
 */
export function judgeHost(facts: Pick<RequestFacts, 'rawHeaders'>, hosts: readonly string[]): Refusal | null {
  const [host, ...more] = headerValues(facts, 'host');
  if (host === undefined || more.length > 0) return refuse('bad_request');
  return hosts.includes(host) ? null : refuse('misdirected_request');
}

/** Whether the one Host names this machine's loopback, whatever the port: a port that is forwarded has another number at its other end. */
export function isLoopbackHost(facts: Pick<RequestFacts, 'rawHeaders'>): boolean {
  const [host = '', ...more] = headerValues(facts, 'host');
  return more.length === 0 && /^127\.0\.0\.1(?::\d{1,5})?$/.test(host);
}
