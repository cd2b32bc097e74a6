import type { Sandbox } from '@postern/sandbox';
import { isLoopbackHost, type OAuthConfiguration } from '../oauth/index.ts';
import type { Store } from '../store/index.ts';

/** What a client has to know about the sandbox. */
type SandboxServer = Pick<Sandbox, 'issuer' | 'clientId' | 'platform'>;

/** The sandbox package is loaded only where it is asked for: an installed Postern may be without it. */
export async function startSandbox(kind: 'plan' | 'platform'): Promise<Sandbox> {
  const { startSandbox: start } = await import('@postern/sandbox');
  const options = { port: 0, host: '127.0.0.1', accessTokenSeconds: 900 } as const;
  return await start(kind === 'platform' ? { ...options, platform: {} } : options);
}

/** Alone in sandbox mode: the sandbox is the running sidecar's, and the stored sign-in knows where it is. */
export async function sandboxOfRecord(store: Store): Promise<SandboxServer | null> {
  const [id] = store.signIns.ids();
  if (id === undefined) return null;
  const { issuer, clientId } = await store.signIns.read(id);
  const local = issuer !== null && URL.canParse(issuer) && isLoopbackHost(new URL(issuer).hostname);
  return local && clientId !== null ? { issuer, clientId, platform: null } : null;
}

/** The sign-in server of the sandbox, where the operator named none of their own on loopback. */
export function withSandbox(oauth: OAuthConfiguration, sandbox: SandboxServer | null): OAuthConfiguration {
  if (sandbox === null || oauth.issuer !== null || oauth.authorizationEndpoint !== null) return oauth;
  const { clientId, issuer, platform } = sandbox;
  if (platform === null) return { ...oauth, issuer, clientId };
  const { assertionCommand, userProfileId, ...endpoints } = platform;
  return {
    ...oauth,
    ...endpoints,
    issuer,
    clientId,
    profile: 'claude_platform',
    scopes: ['billing:attribution', 'offline_access'],
    par: 'require',
    parParameters: { user_profile_id: userProfileId },
    clientAssertion: { kind: 'command', command: assertionCommand },
  };
}
