import { absentSignIn, type SignIn } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import type { PendingSignIn } from './pending-sign-in.ts';
import type { SecretRecords } from './sealed-records.ts';
import type { SignInRecords } from './store.ts';

/** Secrets that live in this process and end with it. */
export function createMemoryRecords(): SecretRecords {
  const apiKeys = new Map<string, Secret>();
  const mcpSecrets = new Map<string, Secret>();
  let pending: PendingSignIn | null = null;
  return {
    signIns: signInRecords(),
    mcpSignIns: signInRecords(),
    pendingSignIn: {
      read: async () => pending,
      async write(written) {
        pending = written;
      },
      async take(signInId) {
        if (pending?.signInId !== signInId) return false;
        pending = null;
        return true;
      },
    },
    apiKeys: {
      ids: () => [...apiKeys.keys()],
      read: async (id) => apiKeys.get(id) ?? null,
      async write(id, key) {
        if (key === null) apiKeys.delete(id);
        else apiKeys.set(id, key);
      },
    },
    mcpSecrets: {
      ids: () => [...mcpSecrets.keys()],
      read: async (name) => mcpSecrets.get(name) ?? null,
      async write(name, secret) {
        if (secret === null) mcpSecrets.delete(name);
        else mcpSecrets.set(name, secret);
      },
    },
  };
}

function signInRecords(): SignInRecords {
  const signIns = new Map<string, SignIn>();
  return {
    ids: () => [...signIns.keys()],
    read: async (id) => signIns.get(id) ?? absentSignIn(0),
    async update(id, change) {
      const current = signIns.get(id) ?? absentSignIn(0);
      const next = change(current);
      if (next !== current) signIns.set(id, next);
      return next;
    },
  };
}
