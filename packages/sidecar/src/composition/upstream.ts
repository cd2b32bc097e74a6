import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { createUpstreamDispatcher } from '../gateway/index.ts';
import type { Fetch } from '../oauth/index.ts';
import type { Environment } from './configuration.ts';

/** How servers are reached. Loopback is never proxied, whatever the variables say (docs/spec/faults.md#f52). */
export interface Upstream {
  /** For the Messages API. */
  readonly dispatcher: Dispatcher;
  /** For the authorization server, on connections of its own: a stale one would make a token request look lost. */
  readonly fetch: Fetch;
  /** Whether a server is there at all: any answer counts. */
  readonly reach: (
    url: string,
    signal: AbortSignal,
  ) => Promise<{ readonly status: number; readonly date: string | null }>;
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
    fetch: (url, init) => undiciFetch(url, { ...init, dispatcher: signIn }),
    async reach(url, signal) {
      const response = await undiciFetch(url, {
        method: 'HEAD',
        redirect: 'manual',
        signal,
        dispatcher: signIn,
      });
      return { status: response.status, date: response.headers.get('date') };
    },
    async close() {
      await Promise.all([dispatcher.destroy(), signIn.destroy()]);
    },
  };
}
