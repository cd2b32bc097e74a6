import type { RoutesAt } from './door-route.ts';
import { judgeContentType } from './judge-content-type.ts';
import { judgeFraming } from './judge-framing.ts';
import { judgeHost } from './judge-host.ts';
import { judgeOrigin } from './judge-origin.ts';
import { judgeSize } from './judge-size.ts';
import { judgeTarget } from './judge-target.ts';
import { presentedBearer } from './presented-bearer.ts';
import { type Refusal, refuse } from './refusal.ts';
import { pathOf, type RequestFacts } from './request-facts.ts';

/** What a door lets through. */
export interface DoorRules {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  /** The path that a sign-in returns to from another site, or null where this door has none. */
  readonly redirectPath: string | null;
  readonly routesAt: RoutesAt;
  /** Compares in constant time. */
  readonly authorizes: (bearer: string) => boolean;
}

/**
 * Judges a request on its raw line and headers, before routing and before a byte of its body is read; null lets it in.
 *
 * One order, for known and unknown paths alike: version and target (400), size (431), Host (400, 421), Origin and fetch metadata (403),
 * framing (400), bearer (401), path (404), method (405), content type (415). On a path with an open route the bearer comes
 * last and only for the methods that are not open: there is nothing to hide there, and a stray form or HEAD learns its fault.
 */
export function guardRequest(facts: RequestFacts, rules: DoorRules): Refusal | null {
  const path = pathOf(facts);
  const takesRedirect = path === rules.redirectPath;
  const envelope =
    judgeTarget(facts) ??
    judgeSize(facts, takesRedirect) ??
    judgeHost(facts, rules.hosts) ??
    judgeOrigin(facts, rules.origins, takesRedirect) ??
    judgeFraming(facts);
  if (envelope !== null) return envelope;

  const routes = rules.routesAt(path);
  const isOpenPath = routes.some((route) => route.open);
  if (!isOpenPath && !isAuthorized(facts, rules)) return refuse('unauthorized');
  if (routes.length === 0) return refuse('not_found');
  const route = routes.find((each) => each.method === facts.method);
  if (route === undefined)
    return { ...refuse('method_not_allowed'), allow: routes.map((each) => each.method) };
  const content = facts.method === 'POST' ? judgeContentType(facts, route.rawTypes) : null;
  if (content !== null) return content;
  return route.open || isAuthorized(facts, rules) ? null : refuse('unauthorized');
}

function isAuthorized(facts: RequestFacts, rules: DoorRules): boolean {
  const bearer = presentedBearer(facts);
  return bearer !== null && rules.authorizes(bearer);
}
