/** A fresh access token, asked for over and over: ours over its sealed store, and the official SDK's token cache over a provider. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenCache } from '@anthropic-ai/sdk/lib/credentials/token-cache';
import { openRooms } from '../../test/reliability/harness/open-rooms.ts';
import { credentialId, issueToken } from '../harness/issue-token.ts';
import { serveQuestions } from './serve-questions.ts';

/** What one batch is of. */
export interface Batch {
  readonly side: 'ours' | 'peer';
  readonly calls: number;
}

/** What a batch took: its first call, and each further one. */
export interface BatchTimes {
  readonly firstMicroseconds: number;
  readonly microseconds: number;
}

const dataDir = mkdtempSync(join(tmpdir(), 'postern-bench-'));
const service = { issuer: 'http://127.0.0.1:9', clientId: 'bench', apiBaseUrl: 'http://127.0.0.1:9' };
const rooms = await openRooms({ dataDir, sandbox: service });
const { accessTokens } = rooms;
await issueToken(accessTokens, service);
const cache = new TokenCache(async () => ({
  token: 'bench-access-token',
  expiresAt: Date.now() / 1000 + 28_800,
}));

const sides = {
  ours: async (calls: number) => {
    for (let call = 0; call < calls; call += 1) await accessTokens.get(credentialId);
  },
  peer: async (calls: number) => {
    for (let call = 0; call < calls; call += 1) await cache.getToken();
  },
};

await serveQuestions(
  {},
  async (question) => {
    const { side, calls } = question as Batch;
    const askedAt = performance.now();
    await sides[side](1);
    const startedAt = performance.now();
    await sides[side](calls);
    const endedAt = performance.now();
    return {
      firstMicroseconds: (startedAt - askedAt) * 1000,
      microseconds: ((endedAt - startedAt) * 1000) / calls,
    } satisfies BatchTimes;
  },
  async () => {
    await rooms.close();
    rmSync(dataDir, { recursive: true, force: true });
  },
);
