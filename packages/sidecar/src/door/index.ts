/** What a request must look like before anyone reads it; the static redirect pages. Pure but for two small memories. */
export { createRouteLookup, type DoorRoute } from './door-route.ts';
export { createFailureMeter, type FailureMeter } from './failure-meter.ts';
export { type DoorRules, guardRequest } from './guard-request.ts';
export { judgeContentType } from './judge-content-type.ts';
export { judgeFraming } from './judge-framing.ts';
export { judgeHost, ownHosts } from './judge-host.ts';
export { judgeOrigin } from './judge-origin.ts';
export { longestTarget } from './judge-size.ts';
export { judgeTarget } from './judge-target.ts';
export { createLaunchToken, isLaunchToken, launchTokenText } from './launch-token.ts';
export { parseJsonStrictly } from './parse-json-strictly.ts';
export { presentedBearer } from './presented-bearer.ts';
export { type RedirectPageKind, redirectPage } from './redirect-page.ts';
export { type Refusal, refuse } from './refusal.ts';
export { headerValues, pathOf, type RequestFacts } from './request-facts.ts';
export { sameSecret } from './same-secret.ts';
export { answerHeaders, pageHeaders } from './security-headers.ts';
export { createTickets, type Tickets, windowUrl } from './tickets.ts';
