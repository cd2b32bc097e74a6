/**
 * A program that sends requests with a shared sign-in: through the official SDK and its profile file, or through Postern and its store.
 * Asked `{requests}`, it sends so many at once on one client, and says of each whether it succeeded.
 */
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

/** Requests to send at once. */
export interface Burst {
  readonly requests: number;
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
    const { requests } = question as Burst;
    return await Promise.all(Array.from({ length: requests }, () => side.send()));
  },
  () => side.close(),
);
