import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** Proxy variables as the entry point read them; null where they are not set. */
export interface ProxyVariables {
  /** `HTTPS_PROXY`. */
  readonly httpsProxy: string | null;
  /** `NO_PROXY`. */
  readonly noProxy: string | null;
}

const loopback = '127.0.0.1,localhost,::1';

/** Connections to the service: https through the proxy where one is set, loopback never. */
export function createUpstreamDispatcher({ httpsProxy, noProxy }: ProxyVariables): Dispatcher {
  const connections = { allowH2: false, keepAliveTimeout: 30_000 };
  if (httpsProxy === null) return new Agent(connections);
  // An empty text, not undefined: the agent would read the environment.
  return new EnvHttpProxyAgent({
    ...connections,
    httpProxy: '',
    httpsProxy,
    noProxy: noProxy === null ? loopback : `${noProxy},${loopback}`,
  });
}
