import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidRequestError } from '../errors/index.ts';
import { withPort } from './redirect-uri.ts';

/** Listening servers, one an address family, all on one port. */
export interface BoundServers {
  readonly servers: readonly Server[];
  readonly port: number;
}

const portsTried = 20;

/**
 * Listens where a loopback redirect URI points: on both families for `localhost`, because a browser tries either. With `{port}`
 * ports of the OS's choice are tried until one is free in both; a machine without IPv6 has one family.
 * @throws InvalidRequestError `callback_port_busy` for a port that the URI fixes; `invalid_configuration` for [::1] without IPv6
 */
export async function listenOnLoopback(template: string, createServer: () => Server): Promise<BoundServers> {
  const { hostname, port } = new URL(withPort(template, 1));
  const addresses = hostname === 'localhost' ? ['127.0.0.1', '::1'] : [hostname.replace(/[[\]]/g, '')];
  const fixed = !template.includes('{port}');
  const wanted = fixed ? Number(port || 80) : 0;
  for (let attempt = 1; ; attempt++) {
    const bound = await listenOnAll(addresses, wanted, createServer);
    if (bound !== null) return bound;
    if (fixed || attempt === portsTried)
      throw new InvalidRequestError(
        'callback_port_busy',
        `Port ${wanted === 0 ? 'of any number' : wanted} of ${hostname} is taken by another program.`,
      );
  }
}

/** null: the port is taken in one of the families, and nothing was kept. */
async function listenOnAll(
  addresses: readonly string[],
  wanted: number,
  createServer: () => Server,
): Promise<BoundServers | null> {
  const servers: Server[] = [];
  let port = wanted;
  for (const address of addresses) {
    const server = createServer();
    const fault = await listen(server, address, port);
    if (fault === null) {
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    } else if (!(address === '::1' && servers.length > 0 && isWithoutIpv6(fault))) {
      for (const each of servers) each.close();
      if (fault.code === 'EADDRINUSE' || fault.code === 'EACCES') return null;
      if (isWithoutIpv6(fault))
        throw new InvalidRequestError(
          'invalid_configuration',
          `The redirect URI points to ${address}, an address that this machine does not have. Use http://127.0.0.1 in POSTERN_OAUTH_REDIRECT_URI, and at the sign-in server.`,
        );
      throw fault;
    }
  }
  return { servers, port };
}

function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
      server.off('error', resolve);
      resolve(null);
    });
  });
}

function isWithoutIpv6(fault: NodeJS.ErrnoException): boolean {
  return fault.code === 'EADDRNOTAVAIL' || fault.code === 'EAFNOSUPPORT';
}
