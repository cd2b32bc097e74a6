import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../packages/sidecar/src/secret/index.ts';
import { openRooms } from '../test/reliability/harness/open-rooms.ts';
import { credentialId } from './harness/issue-token.ts';
import { startProgram } from './harness/start-program.ts';
import { type Grant, type StrictServer, startStrictServer } from './harness/strict-server.ts';
import type { Burst, RefreshPeerOrder } from './programs/refresh-peer.program.ts';

/** What an experiment came to. One refresh, no failed request and a living family are what a person would wish for. */
export interface RefreshFigures {
  readonly refreshesSent: number;
  readonly requestsFailed: number;
  readonly familyEnded: boolean;
}

/** The same experiment with both. */
export interface RefreshExperiment {
  readonly what: string;
  readonly requests: number;
  readonly ours: RefreshFigures;
  /** `user_oauth` of @anthropic-ai/sdk, with its own retries. */
  readonly peer: RefreshFigures;
}

const clientId = 'bench';
const refreshMs = 2_500;
const staggerMs = 800;
const inFlight = 3;
const processes = 8;

/**
 * Two things that happen to every shared sign-in, at a server that ends the family when a refresh token comes twice: requests in flight are
 * refused one after the other while the first one's refresh is under way, and several programs are refused at once. Both sides meet the same
 * server; nothing but loopback is asked.
 */
export async function measureRefreshPeers(): Promise<readonly RefreshExperiment[]> {
  await using server = await startStrictServer(refreshMs);
  const stagger: Experiment = { clients: 1, requests: inFlight, staggerMs };
  const shared: Experiment = { clients: processes, requests: 1, staggerMs: 0 };
  return [
    {
      what: `${inFlight} requests in flight, refused ${staggerMs / 1000} s apart, in one client`,
      requests: inFlight,
      peer: await experiment(server, 'peer', stagger),
      ours: await experiment(server, 'ours', stagger),
    },
    {
      what: `${processes} processes that share one sign-in, refused at once`,
      requests: processes,
      peer: await experiment(server, 'peer', shared),
      ours: await experiment(server, 'ours', shared),
    },
  ];
}

interface Experiment {
  readonly clients: number;
  /** Of each client, at once. */
  readonly requests: number;
  readonly staggerMs: number;
}

async function experiment(
  server: StrictServer,
  side: RefreshPeerOrder['side'],
  { clients: count, requests, staggerMs: apartMs }: Experiment,
): Promise<RefreshFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-peers-'));
  try {
    const path = await (side === 'peer' ? writeProfile : writeStore)(folder, server.origin, server.grant());
    const order: RefreshPeerOrder = { side, origin: server.origin, clientId, path };
    await using programs = new AsyncDisposableStack();
    const clients = await Promise.all(
      Array.from({ length: count }, async () => programs.use(await startProgram('refresh-peer', order))),
    );
    // Everybody has seen the good token before it ends, as programs that run for a while have.
    await Promise.all(clients.map((client) => client.ask({ requests: 1 })));
    server.expire(apartMs);
    const burst: Burst = { requests };
    const answers = await Promise.all(clients.map((client) => client.ask<readonly boolean[]>(burst)));
    return {
      refreshesSent: server.refreshes(),
      requestsFailed: answers.flat().filter((succeeded) => !succeeded).length,
      familyEnded: server.familyEnded(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A credential file as `ant auth login` writes it. Source: @anthropic-ai/sdk 1.12.0, `core/credentials`. */
async function writeProfile(
  folder: string,
  _origin: string,
  { accessToken, refreshToken }: Grant,
): Promise<string> {
  const path = join(folder, 'credentials.json');
  const credentials = {
    version: '1.0',
    type: 'oauth_token',
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_at: Math.floor(Date.now() / 1000) + 3600,
  };
  writeFileSync(path, JSON.stringify(credentials), { mode: 0o600 });
  return path;
}

async function writeStore(folder: string, origin: string, grant: Grant): Promise<string> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const rooms = await openRooms({ dataDir, sandbox: { issuer: origin, clientId, apiBaseUrl: origin } });
  const issuedAtMs = Date.now();
  const tokens = {
    accessToken: new Secret(grant.accessToken),
    refreshToken: new Secret(grant.refreshToken),
    tokenType: 'Bearer',
    scopes: ['user:inference'],
    issuedAtMs,
    expiresAtMs: issuedAtMs + 3_600_000,
    loginEndsAtMs: null,
  };
  await rooms.accessTokens.issue(credentialId, { tokens, account: null }, origin, clientId);
  await rooms.close();
  return dataDir;
}
