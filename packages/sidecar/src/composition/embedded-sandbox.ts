import type { Sandbox } from '@postern/sandbox';
import { isLoopbackHost, type OAuthConfiguration } from '../oauth/index.ts';
import type { Store } from '../store/index.ts';

/** The stand-in's package is loaded only where it is asked for: an installed Postern may be without it. */
export async function startSandbox(): Promise<Sandbox> {
  const { startSandbox: start } = await import('@postern/sandbox');
  return await start({ port: 0, host: '127.0.0.1', accessTokenSeconds: 900 });
}

/** Alone in sandbox mode: the stand-in is the running sidecar's, and the stored sign-in knows where it is. */
export async function sandboxOfRecord(store: Store): Promise<Pick<Sandbox, 'issuer' | 'clientId'> | null> {
  const [id] = store.signIns.ids();
  if (id === undefined) return null;
  const { issuer, clientId } = await store.signIns.read(id);
  const local = issuer !== null && URL.canParse(issuer) && isLoopbackHost(new URL(issuer).hostname);
  return local && clientId !== null ? { issuer, clientId } : null;
}

/** The sign-in server of the stand-in, where the operator named none of their own on loopback. */
export function withSandbox(
  oauth: OAuthConfiguration,
  sandbox: Pick<Sandbox, 'issuer' | 'clientId'> | null,
): OAuthConfiguration {
  if (sandbox === null || oauth.issuer !== null || oauth.authorizationEndpoint !== null) return oauth;
  return { ...oauth, issuer: sandbox.issuer, clientId: sandbox.clientId };
}
