import type { ForwardedCallback } from '@postern/contract';
import { type AuthorizationResponse, parsePastedCode } from '../oauth/index.ts';

/** What the user pasted, or a custom URL scheme forwarded, in the form in which a browser would have brought it. */
export function forwardedResponse(callback: ForwardedCallback): AuthorizationResponse {
  const pasted = 'pasted' in callback;
  const { code, state, iss } = pasted ? parsePastedCode(callback.pasted) : callback;
  const parameters = new URLSearchParams({ code, state });
  if (iss !== undefined && iss !== null) parameters.set('iss', iss);
  // A code that a page shows carries no `iss`, even where one is promised.
  return { parameters, pasted };
}
