import { type Refusal, refuse } from './refusal.ts';
import { headerValues, type RequestFacts } from './request-facts.ts';

/** What only a browser asks before it lets another site's page through; our own page never needs to ask. */
const preflightHeaders = [
  'access-control-request-method',
  'access-control-request-headers',
  'access-control-request-private-network',
];

/**
 * 403 `forbidden_origin` for an Origin that is not exactly ours (`null` included), for every preflight, and for a request
 * that the browser says another site caused. Source: Fetch standard, sections 3.2 and 4.8; W3C Fetch Metadata.
 *
 * @param takesRedirect whether this path is where a sign-in returns: a navigation of the whole window from another site
 * (`navigate`, `document`) is then let through, because a redirect is one; an image or a fetch is not
 */
export function judgeOrigin(
  facts: Pick<RequestFacts, 'method' | 'rawHeaders'>,
  origins: readonly string[],
  takesRedirect: boolean,
): Refusal | null {
  if (preflightHeaders.some((name) => headerValues(facts, name).length > 0))
    return refuse('forbidden_origin');
  if (headerValues(facts, 'origin').some((origin) => !origins.includes(origin)))
    return refuse('forbidden_origin');
  const sites = headerValues(facts, 'sec-fetch-site');
  if (sites.every((site) => site === 'same-origin' || site === 'none')) return null;
  return takesRedirect && isTopLevelNavigation(facts, sites) ? null : refuse('forbidden_origin');
}

function isTopLevelNavigation(
  facts: Pick<RequestFacts, 'method' | 'rawHeaders'>,
  sites: readonly string[],
): boolean {
  return (
    facts.method === 'GET' &&
    sites.every((site) => site === 'cross-site' || site === 'same-site') &&
    isOnly(headerValues(facts, 'sec-fetch-mode'), 'navigate') &&
    isOnly(headerValues(facts, 'sec-fetch-dest'), 'document')
  );
}

function isOnly(values: readonly string[], value: string): boolean {
  return values.length === 1 && values[0] === value;
}
