import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DelegatedRun } from '../../../src/credentials/index.ts';
import { selfSigned } from '../oauth/self-signed.ts';

/** A login of the unmodified program, and the service that it asks of its windows, both on this machine. */
export interface UsageEndpoint {
  /** The program reaches the service through a proxy on loopback, and takes its certificate. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signIn: DelegatedRun;
  /** `METHOD path` of everything that was asked, oldest first. */
  readonly requests: readonly string[];
  /** Hosts that a connection was wanted to. */
  readonly hosts: ReadonlySet<string>;
  /** What the service answers to the question for the windows; null: 500. */
  answer: object | null;
}

const host = 'api.anthropic.com';

/** Starts the service and writes the login. @param signedIn false: the folder holds none */
export async function startUsageEndpoint({ signedIn = true } = {}): Promise<UsageEndpoint> {
  const root = mkdtempSync(join(tmpdir(), 'postern-usage-endpoint-'));
  const [home, configDir, certificate] = [join(root, 'home'), join(root, 'config'), join(root, 'cert.pem')];
  for (const dir of [home, configDir]) mkdirSync(dir, { mode: 0o700 });
  const { key, cert } = selfSigned(host);
  writeFileSync(certificate, cert);
  const requests: string[] = [];
  const hosts = new Set<string>();
  const endpoint = { answer: null as object | null };
  const service = createTlsServer({ key, cert }, (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    requests.push(`${request.method} ${path}`);
    const isUsage = path === '/api/oauth/usage';
    response.statusCode = !isUsage ? 404 : endpoint.answer === null ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isUsage ? (endpoint.answer ?? {}) : {}));
  });
  const servicePort = await listen(service);
  const proxy = createServer().on('connect', (request, client, head) => {
    hosts.add(request.url ?? '');
    const upstream = connect(servicePort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  const proxyPort = await listen(proxy);
  onTestFinished(() => {
    service.closeAllConnections();
    service.close();
    proxy.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  if (signedIn) writeLogin(configDir);
  return Object.assign(endpoint, {
    requests,
    hosts,
    environment: {
      PATH: process.env['PATH'],
      HOME: home,
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    signIn: {
      ref: { id: 'claude_code:work', kind: 'claude_code' as const, payer: 'Your Claude plan' },
      variables: {},
      home: { id: 'claude_code:work', configDir, variable: configDir, keepAway: [] },
      keepAway: [],
      email: 'ada@example.com',
    },
  });
}

function writeLogin(configDir: string): void {
  const nowMs = Date.now();
  const claudeAiOauth = {
    accessToken: 'sk-ant-oat01-canary',
    refreshToken: 'sk-ant-ort01-canary',
    expiresAt: nowMs + 3_600_000,
    refreshTokenExpiresAt: nowMs + 20 * 24 * 3_600_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  };
  const oauthAccount = { emailAddress: 'ada@example.com', organizationName: 'Acme' };
  writeFileSync(join(configDir, '.credentials.json'), JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
  writeFileSync(join(configDir, '.claude.json'), JSON.stringify({ oauthAccount }), { mode: 0o600 });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}
