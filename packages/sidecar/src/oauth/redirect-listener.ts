import type { AuthorizationResponse } from './oauth-client.ts';

/** A listener of its own for redirect URIs that are not the sidecar's (contract, section 3). Open only while a sign-in is pending. */
export interface RedirectListener {
  /** The redirect URI with the port that is really listened on; byte for byte what goes into the authorization request. */
  readonly redirectUri: string;
  close(): Promise<void>;
}

/** What the browser is told: static pages, the same bytes whatever came in. */
export type RedirectPage = 'signed_in' | 'failed' | 'denied';

export type OnRedirect = (response: AuthorizationResponse) => Promise<RedirectPage>;
