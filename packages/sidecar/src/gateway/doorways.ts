import { hash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { connectionOf, isOfAnotherProcess } from '../door/index.ts';
import { Secret } from '../secret/index.ts';
import { type BoundQuery, createBoundQuery } from './bound-query.ts';
import type { Doorway } from './gateway.ts';

/** Every child's doorway. */
export interface Doorways {
  open(): Doorway;
  /** Finds out whether a connection that shows a secret is the child's, where it has to: before `queryOf`. */
  recognize(secret: string, connection: Socket): Promise<void>;
  /**
   * The query that runs behind a secret right now; null for an unknown secret, between queries, after the child's end and for a connection that
   * was not recognized: of another process than the child's, such as what its tools start.
   */
  queryOf(secret: string, connection: Socket): BoundQuery | null;
  /** Ends every query and forgets every secret. */
  closeAll(): void;
}

interface OpenDoorway {
  query: BoundQuery | null;
  /** Of the child; null before it runs. */
  pid: number | null;
  /** The child's connections that were looked at. */
  readonly own: WeakSet<Socket>;
}

export function createDoorways(): Doorways {
  /** By the hash of their secret: how long a look takes says nothing of a secret that is close to a real one. */
  const open = new Map<string, OpenDoorway>();
  return {
    open() {
      const secret = new Secret(`postern-doorway-${randomBytes(32).toString('base64url')}`);
      const key = hashOf(secret.reveal());
      const entry: OpenDoorway = { query: null, pid: null, own: new WeakSet() };
      open.set(key, entry);
      return {
        secret,
        startedAs(pid) {
          entry.pid = pid;
        },
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
    async recognize(secret, connection) {
      const entry = open.get(hashOf(secret));
      if (entry === undefined || entry.pid === null || entry.own.has(connection)) return;
      if (!(await isOfAnotherProcess(connectionOf(connection), entry.pid))) entry.own.add(connection);
    },
    queryOf(secret, connection) {
      const entry = open.get(hashOf(secret));
      return entry !== undefined && isOfChild(entry, connection) ? entry.query : null;
    },
    closeAll() {
      for (const { query } of open.values()) query?.end();
      open.clear();
    },
  };
}

function isOfChild({ pid, own }: OpenDoorway, connection: Socket): boolean {
  return pid === null || own.has(connection);
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64');
}
