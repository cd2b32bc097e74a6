import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aloneUseCases } from './alone-use-cases.ts';
import type { Context } from './context.ts';
import { openAlone } from './open-alone.ts';
import type { UseCases } from './use-cases.ts';

/**
 * Does the work where nothing was ever kept, over an empty store in a folder of its own that is removed afterwards: neither the data directory
 * nor an entry in the keychain is made by looking.
 * @throws whatever the work throws
 */
export async function withEmptyStore<T>(
  context: Context,
  work: (useCases: UseCases) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-empty-'));
  try {
    const alone = await openAlone(context, { mode: 'live', dataDir, store: 'memory' });
    try {
      const useCases = aloneUseCases(alone);
      const status: UseCases['auth']['status'] = async (options) => {
        const found = await useCases.auth.status(options);
        const kind = context.options.store ?? found.store.kind;
        return { ...found, store: { ...found.store, kind, detail: 'Nothing is stored yet.' } };
      };
      return await work({ ...useCases, auth: { ...useCases.auth, status } });
    } finally {
      await alone.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
