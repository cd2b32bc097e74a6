import type { AuthorizationResponse } from './oauth-client.ts';

/** A listener of its own for redirect URIs that are not the sidecar's (docs/spec/contract.md#starting). Open only while a sign-in is pending. */
export interface RedirectListener {
  /** The redirect URI with the port that is really listened on; byte for byte what goes into the authorization request. */
  readonly redirectUri: string;
  /** Frees the port at once; an answer under way still goes out, so the one who gives it may call this. */
  close(): Promise<void>;
}

/** What the browser gets: static pages, the same bytes whatever came in. */
export type RedirectPage = 'signed_in' | 'failed' | 'denied';

/** A page with its HTTP status. */
export interface RedirectAnswer {
  readonly page: RedirectPage;
  readonly status: number;
}

/** Judges what came back. A bare page gets the status the listener's own guard gives it: 200, 400, or 429 after 20 failed ones. */
export type OnRedirect = (response: AuthorizationResponse) => Promise<RedirectPage | RedirectAnswer>;
