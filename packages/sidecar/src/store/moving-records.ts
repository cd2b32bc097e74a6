import type { SecretRecords } from './sealed-records.ts';

export interface MovingRecordsDeps {
  readonly memory: SecretRecords;
  readonly sealed: SecretRecords;
  /** Resolves when the sealing key is there; never rejects. */
  readonly ready: Promise<void>;
  readonly onMoved: () => void;
  readonly log: (line: string) => void;
}

/**
 * Secrets in memory until the keychain answers, then sealed: what was saved meanwhile moves, and replaces what is stored. Calls wait while it
 * moves. Where it cannot move all stays in memory.
 */
export function createMovingRecords({
  memory,
  sealed,
  ready,
  onMoved,
  log,
}: MovingRecordsDeps): SecretRecords {
  let current = memory;
  let moving: Promise<void> | null = null;
  void ready.then(() => {
    moving = move().finally(() => {
      moving = null;
    });
  });

  async function move(): Promise<void> {
    try {
      for (const id of memory.signIns.ids()) {
        const signIn = await memory.signIns.read(id);
        await sealed.signIns.update(id, () => signIn);
      }
      for (const id of memory.apiKeys.ids()) await sealed.apiKeys.write(id, await memory.apiKeys.read(id));
      for (const name of memory.mcpSecrets.ids())
        await sealed.mcpSecrets.write(name, await memory.mcpSecrets.read(name));
      for (const id of memory.mcpSignIns.ids()) {
        const signIn = await memory.mcpSignIns.read(id);
        await sealed.mcpSignIns.update(id, () => signIn);
      }
      const pending = await memory.pendingSignIn.read();
      if (pending !== null) await sealed.pendingSignIn.write(pending);
      current = sealed;
      onMoved();
    } catch (error) {
      log(`what is in memory could not be sealed: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  /** Between the last look at `moving` and the work's first step nothing else runs. */
  async function on<T>(work: (records: SecretRecords) => Promise<T>): Promise<T> {
    while (moving !== null) await moving;
    return await work(current);
  }

  return {
    signIns: {
      ids: () => current.signIns.ids(),
      read: (id) => on(({ signIns }) => signIns.read(id)),
      update: (id, change) => on(({ signIns }) => signIns.update(id, change)),
    },
    mcpSignIns: {
      ids: () => current.mcpSignIns.ids(),
      read: (id) => on(({ mcpSignIns }) => mcpSignIns.read(id)),
      update: (id, change) => on(({ mcpSignIns }) => mcpSignIns.update(id, change)),
    },
    pendingSignIn: {
      read: () => on(({ pendingSignIn }) => pendingSignIn.read()),
      write: (pending) => on(({ pendingSignIn }) => pendingSignIn.write(pending)),
      take: (signInId) => on(({ pendingSignIn }) => pendingSignIn.take(signInId)),
    },
    apiKeys: {
      ids: () => current.apiKeys.ids(),
      read: (id) => on(({ apiKeys }) => apiKeys.read(id)),
      write: (id, key) => on(({ apiKeys }) => apiKeys.write(id, key)),
    },
    mcpSecrets: {
      ids: () => current.mcpSecrets.ids(),
      read: (name) => on(({ mcpSecrets }) => mcpSecrets.read(name)),
      write: (name, secret) => on(({ mcpSecrets }) => mcpSecrets.write(name, secret)),
    },
  };
}
