import { randomBytes } from 'node:crypto';
import { sameSecret } from '../door/index.ts';
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
  const open = new Set<{ readonly secret: Secret; query: BoundQuery | null }>();
  return {
    open() {
      const entry: { readonly secret: Secret; query: BoundQuery | null } = {
        secret: new Secret(`postern-doorway-${randomBytes(32).toString('base64url')}`),
        query: null,
      };
      open.add(entry);
      return {
        secret: entry.secret,
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
          open.delete(entry);
          entry.query?.end();
          entry.query = null;
        },
      };
    },
    queryOf(secret) {
      let found: BoundQuery | null = null;
      for (const entry of open) if (sameSecret(entry.secret.reveal(), secret)) found = entry.query;
      return found;
    },
    closeAll() {
      for (const { query } of open) query?.end();
      open.clear();
    },
  };
}
