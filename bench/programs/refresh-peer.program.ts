/**
 * A program that sends requests with a shared sign-in: through the official SDK and its profile file, or through Postern and its store.
 * Asked `{afterMs}`, it sends one after that long and says whether it succeeded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { openRooms } from '../../test/reliability/harness/open-rooms.ts';
import { credentialId } from '../harness/issue-token.ts';
import { orderOf, serveQuestions } from './serve-questions.ts';

/** What it is told at its start. */
export interface RefreshPeerOrder {
  readonly side: 'ours' | 'peer';
  readonly origin: string;
  readonly clientId: string;
  /** The profile's credential file, or the data directory. */
  readonly path: string;
}

/** Requests to send, by when, all on one client. */
export interface Burst {
  readonly afterMs: readonly number[];
}

const order = orderOf<RefreshPeerOrder>();

interface Side {
  send(): Promise<boolean>;
  close(): Promise<void>;
}

function official({ origin, clientId, path }: RefreshPeerOrder): Side {
  const client = new Anthropic({
    config: {
      base_url: origin,
      authentication: { type: 'user_oauth', client_id: clientId, credentials_path: path },
    },
    baseURL: origin,
  });
  return {
    send: () =>
      client.models.list({ limit: 1 }).then(
        () => true,
        () => false,
      ),
    close: async () => undefined,
  };
}

async function postern({ origin, clientId, path }: RefreshPeerOrder): Promise<Side> {
  const rooms = await openRooms({ dataDir: path, sandbox: { issuer: origin, clientId, apiBaseUrl: origin } });
  return {
    // The same free request, with the gateway's own repair.
    send: async () => (await rooms.gateway.tryCredential(credentialId)).outcome === 'accepted',
    close: () => rooms.close(),
  };
}

const side = order.side === 'peer' ? official(order) : await postern(order);
await serveQuestions(
  {},
  async (question) => {
    const { afterMs } = question as Burst;
    return await Promise.all(
      afterMs.map(async (ms) => {
        await sleep(ms);
        return await side.send();
      }),
    );
  },
  () => side.close(),
);
