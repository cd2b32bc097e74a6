import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@postern/sandbox';
import { type Control, control } from '../../../packages/sandbox/test/control.ts';
import { absentSignIn, type SignIn } from '../../../packages/sidecar/src/credentials/index.ts';
import { credentialId, openRooms, type Rooms, type RoomsOptions } from './open-rooms.ts';
import { signInOverHttp } from './sign-in-over-http.ts';

/** An authorization server, and a data directory that several processes share. */
export interface Place {
  readonly sandbox: Sandbox;
  readonly trouble: Control;
  readonly dataDir: string;
  /** A process in this one, over the same directory. */
  open(options?: Partial<RoomsOptions>): Promise<Rooms>;
  /** Signs in, with a quiet log afterwards. */
  signIn(): Promise<void>;
  /** Makes the stored access token one that ended an hour ago, as time does. */
  expire(): Promise<void>;
  /** The record as it is stored. */
  stored(): Promise<SignIn>;
  close(): Promise<void>;
}

/** Makes one. */
export async function openPlace(): Promise<Place> {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'postern-reliability-')), 'data');
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600, paceMs: 0 });
  const trouble = control(sandbox);
  const open: Place['open'] = (options) => openRooms({ dataDir, sandbox, ...options });

  async function within<T>(work: (rooms: Rooms) => Promise<T>): Promise<T> {
    const rooms = await open();
    try {
      return await work(rooms);
    } finally {
      await rooms.close();
    }
  }

  return {
    sandbox,
    trouble,
    dataDir,
    open,
    signIn: async () => {
      await within(async (rooms) => {
        if (!(await signInOverHttp(rooms))) throw new Error('not signed in');
        await rooms.gateway.tryCredential(credentialId);
      });
      await trouble.post('reset', {});
    },
    expire: () =>
      within(async ({ store }) => {
        await store.signIns.update(credentialId, ({ tokens, ...record }) => ({
          ...record,
          tokens: tokens && {
            ...tokens,
            issuedAtMs: Date.now() - 7_200_000,
            expiresAtMs: Date.now() - 3_600_000,
          },
        }));
      }),
    stored: () =>
      within(async ({ store }) =>
        store.signIns.ids().includes(credentialId) ? await store.signIns.read(credentialId) : absentSignIn(0),
      ),
    close: async () => {
      await sandbox.close();
      rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
