import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '../secret/index.ts';
import { type BoundQuery, createBoundQuery } from './bound-query.ts';
import type { Doorway } from './gateway.ts';

/** Every child's doorway. */
export interface Doorways {
  open(): Doorway;
  /** The query that runs behind a secret right now; null for an unknown secret, between queries and after the child's end. */
  queryOf(secret: string): BoundQuery | null;
  /** Ends every query and forgets every secret. */
  closeAll(): void;
}

export function createDoorways(): Doorways {
  /** By the hash of their secret: how long a look takes says nothing of a secret that is close to a real one. */
  const open = new Map<string, { query: BoundQuery | null }>();
  return {
    open() {
      const secret = new Secret(`postern-doorway-${randomBytes(32).toString('base64url')}`);
      const key = hashOf(secret.reveal());
      const entry: { query: BoundQuery | null } = { query: null };
      open.set(key, entry);
      return {
        secret,
        begin({ state }) {
          entry.query?.end();
          const query = createBoundQuery(state);
          entry.query = query;
          return {
            end() {
              if (entry.query === query) entry.query = null;
              query.end();
            },
          };
        },
        close() {
          open.delete(key);
          entry.query?.end();
          entry.query = null;
        },
      };
    },
    queryOf: (secret) => open.get(hashOf(secret))?.query ?? null,
    closeAll() {
      for (const { query } of open.values()) query?.end();
      open.clear();
    },
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
