import { BlockList, isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { Agent, EnvHttpProxyAgent } from './undici.ts';

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
  const networks = networksOf(noProxy ?? '');
  // An empty text, not undefined: the agent would read the environment.
  const proxied = new EnvHttpProxyAgent({
    ...connections,
    httpProxy: '',
    httpsProxy,
    noProxy: noProxy === null ? loopback : `${noProxy},${loopback}`,
  });
  if (networks === null) return proxied;
  const direct = new Agent(connections);
  return proxied.compose((dispatch) => (options, handler) => {
    const host = new URL(String(options.origin)).hostname.replace(/[[\]]/g, '');
    return isInside(networks, host) ? direct.dispatch(options, handler) : dispatch(options, handler);
  });
}

/** The networks (`10.0.0.0/8`, `fd00::/8`) of a `NO_PROXY`; null: none. The agent knows names only. Source: curl 7.86, `--noproxy`. */
function networksOf(noProxy: string): BlockList | null {
  const networks = new BlockList();
  for (const entry of noProxy.split(/[\s,]+/)) {
    const [, address = '', bits = ''] = /^\[?([0-9a-f.:]+)\]?\/(\d{1,3})$/i.exec(entry) ?? [];
    const version = isIP(address);
    if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) continue;
    networks.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return networks.rules.length === 0 ? null : networks;
}

function isInside(networks: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && networks.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
