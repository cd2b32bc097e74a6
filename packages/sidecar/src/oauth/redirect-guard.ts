import {
  headerValues,
  judgeContentType,
  judgeFraming,
  judgeHost,
  judgeOrigin,
  judgeTarget,
  pathOf,
  type RequestFacts,
} from '../door/index.ts';
import type { AuthorizationResponse } from './oauth-client.ts';
import type { RedirectPage } from './redirect-listener.ts';

/** What to do with a request at a redirect URI: judge the authorization response in it, or answer with a status and touch nothing. */
export type RedirectVerdict =
  | { readonly pass: true; readonly response: AuthorizationResponse }
  | { readonly pass: false; readonly status: 204 | 400 | 403 | 404 | 405 | 415 | 421 | 431 };

/** Guards one redirect URI while a sign-in waits for it. */
export interface RedirectGuard {
  judge(facts: RequestFacts): RedirectVerdict;
  /** The status of a page that answers a judged response: 200, 400, and 429 from the 21st failed one on. */
  statusOf(page: RedirectPage): 200 | 400 | 429;
}

/** Wrong answers that still get 400. Source: docs/spec/faults.md#f01. */
const wrongAnswersAllowed = 20;
const longestQuery = 16 * 1024;

/**
 * Lets through what the browser's return looks like: GET, the exact path and host, a navigation where the browser says so,
 * no prefetch, and a query of at most 16 KiB. Pure but for the count of wrong answers.
 */
export function createRedirectGuard(redirectUri: string): RedirectGuard {
  const { host, origin, pathname } = new URL(redirectUri);
  let wrong = 0;
  return {
    judge(facts) {
      const envelope = judgeTarget(facts) ?? judgeHost(facts, [host]);
      if (envelope !== null) return stop(envelope.status === 421 ? 421 : 400);
      if (pathOf(facts) !== pathname) return stop(404);
      // A prefetching browser must not get a page either: it would show that to the user later.
      if (isPrefetch(facts)) return stop(204);
      if (judgeOrigin(facts, [origin], true) !== null) return stop(403);
      if (judgeFraming(facts) !== null) return stop(400);
      if (facts.method !== 'GET') return stop(isForm(facts) ? 415 : 405);
      const query = facts.url.slice(pathname.length + 1);
      if (query.length > longestQuery) return stop(431);
      return { pass: true, response: { parameters: new URLSearchParams(query) } };
    },
    statusOf(page) {
      if (page === 'signed_in') return 200;
      if (page === 'denied') return 400;
      wrong += 1;
      return wrong > wrongAnswersAllowed ? 429 : 400;
    },
  };
}

function stop(status: (RedirectVerdict & { pass: false })['status']): RedirectVerdict {
  return { pass: false, status };
}

function isForm(facts: RequestFacts): boolean {
  return facts.method === 'POST' && judgeContentType(facts) !== null;
}

/** Source: W3C Speculation Rules, `Sec-Purpose`; `Purpose` and `X-Moz` are its older spellings. */
function isPrefetch(facts: RequestFacts): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    headerValues(facts, name).some((value) => /^\s*(prefetch|preview)/i.test(value)),
  );
}
