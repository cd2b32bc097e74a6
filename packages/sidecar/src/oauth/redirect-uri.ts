import { isLoopbackHost } from './endpoint.ts';

const sidecarRedirectUri = 'http://127.0.0.1:{port}/auth/anthropic/callback';

/**
 * Where the browser's return arrives: at the sidecar's own route, at a listener of its own, or at neither (an https page that
 * shows the code, a custom scheme): then it is pasted or forwarded.
 */
export type RedirectReceiver = 'sidecar' | 'own_listener' | 'elsewhere';

/** See {@link RedirectReceiver}. With the sidecar's port, its own address spelt out counts as the sidecar's as well. */
export function redirectReceiver(redirectUri: string, sidecarPort?: number): RedirectReceiver {
  if (redirectUri === sidecarRedirectUri) return 'sidecar';
  if (sidecarPort !== undefined && redirectUri === withPort(sidecarRedirectUri, sidecarPort))
    return 'sidecar';
  const url = URL.parse(withPort(redirectUri, 1));
  return url?.protocol === 'http:' && isLoopbackHost(url.hostname) ? 'own_listener' : 'elsewhere';
}

/** True unless the redirect URI is the sidecar's own callback: then `openRedirectListener` is asked for one. */
export function usesOwnListener(redirectUri: string, sidecarPort?: number): boolean {
  return redirectReceiver(redirectUri, sidecarPort) !== 'sidecar';
}

/** The redirect URI with its port filled in. */
export function withPort(redirectUri: string, port: number): string {
  return redirectUri.replace('{port}', String(port));
}
