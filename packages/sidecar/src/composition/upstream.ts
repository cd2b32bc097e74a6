import type { Dispatcher } from 'undici';
import { createUpstreamDispatcher, type Reached, reachService } from '../gateway/index.ts';
import type { Fetch } from '../oauth/index.ts';
import type { Environment } from './configuration.ts';

/** How servers are reached. Loopback is never proxied, whatever the variables say (docs/spec/faults.md#f52). */
export interface Upstream {
  /** For the Messages API. */
  readonly dispatcher: Dispatcher;
  /** For the authorization server, on connections of its own: a stale one would make a token request look lost. */
  readonly fetch: Fetch;
  /** What answers where the Messages API should be; without a credential. Rejects where nothing does. */
  readonly reach: (apiBaseUrl: string, signal: AbortSignal) => Promise<Reached>;
  close(): Promise<void>;
}

/** Honours the usual proxy variables for https; certificates come by `--use-system-ca` and NODE_EXTRA_CA_CERTS. */
export function createUpstream(environment: Environment): Upstream {
  const variable = (name: string): string | null =>
    [environment[name], environment[name.toLowerCase()]].find(
      (value) => value !== undefined && value !== '',
    ) ?? null;
  const proxy = { httpsProxy: variable('HTTPS_PROXY'), noProxy: variable('NO_PROXY') };
  const dispatcher = createUpstreamDispatcher(proxy);
  const signIn = createUpstreamDispatcher(proxy);
  return {
    dispatcher,
    fetch: async (url, init) => {
      // Two thirds of undici, which only a sign-in needs.
      const { fetch } = await import('undici');
      return await fetch(url, { ...init, dispatcher: signIn });
    },
    reach: (apiBaseUrl, signal) => reachService(apiBaseUrl, dispatcher, signal),
    async close() {
      await Promise.all([dispatcher.destroy(), signIn.destroy()]);
    },
  };
}
