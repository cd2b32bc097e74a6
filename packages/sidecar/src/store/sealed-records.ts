import { absentSignIn, type SignIn } from '../credentials/index.ts';
import { apiKeyCodec, serverSecretCodec } from './api-key-codec.ts';
import type { Codec } from './codec.ts';
import { pendingSignInCodec } from './pending-sign-in-codec.ts';
import type { SealedRows } from './sealed-rows.ts';
import { serverSignInCodec, signInCodec } from './sign-in-codec.ts';
import type { SignInRecords, Store } from './store.ts';

/** The part of the store that holds secrets. */
export type SecretRecords = Pick<
  Store,
  'signIns' | 'pendingSignIn' | 'apiKeys' | 'mcpSecrets' | 'mcpSignIns'
>;

/** Secrets stored sealed in the database. */
export function createSealedRecords(rows: SealedRows): SecretRecords {
  return {
    signIns: signInRecords(rows, signInCodec),
    mcpSignIns: signInRecords(rows, serverSignInCodec),
    pendingSignIn: {
      async read() {
        const id = rows.ids('pending_sign_in').at(-1);
        return id === undefined ? null : await rows.read(pendingSignInCodec, id);
      },
      write: (pending) => rows.replaceAllWith(pendingSignInCodec, pending.signInId, pending),
      take: (signInId) => rows.remove('pending_sign_in', signInId),
    },
    apiKeys: {
      ids: () => rows.ids('api_key'),
      read: (id) => rows.read(apiKeyCodec, id),
      async write(id, key) {
        if (key === null) await rows.remove('api_key', id);
        else await rows.update(apiKeyCodec, id, () => key);
      },
    },
    mcpSecrets: {
      ids: () => rows.ids('mcp_secret'),
      read: (name) => rows.read(serverSecretCodec, name),
      async write(name, secret) {
        if (secret === null) await rows.remove('mcp_secret', name);
        else await rows.update(serverSecretCodec, name, () => secret);
      },
    },
  };
}

function signInRecords(rows: SealedRows, codec: Codec<SignIn>): SignInRecords {
  return {
    ids: () => rows.ids(codec.name),
    read: async (id) => (await rows.read(codec, id)) ?? absentSignIn(0),
    async update(id, change) {
      const nothing = absentSignIn(0);
      const stored = await rows.update(codec, id, (current) => {
        const next = change(current ?? nothing);
        return next === nothing ? null : next;
      });
      return stored ?? nothing;
    },
  };
}
