import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { buildBundle } from '../../packaging/steps/build-bundle.ts';
import { checkout as thisCheckout } from '../../packaging/steps/places.ts';

/** The two shapes that Postern comes in. */
export interface Scripts extends Disposable {
  /** What a person installs: bundled JavaScript, built anew. */
  readonly installed: string;
  /** What `npm start` runs: TypeScript that Node strips at the first start and keeps for the next. */
  readonly checkout: string;
}

/**
 * Builds the bundle of a checkout in a folder of its own, by that checkout's own steps and beside its installed packages.
 * @param checkout default: this one
 * @throws Error where the window was not built
 */
export async function buildScripts(checkout = thisCheckout): Promise<Scripts> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const steps = pathToFileURL(join(checkout, 'packaging/steps/build-bundle.ts')).href;
    const { buildBundle: build } = (await import(steps)) as { readonly buildBundle: typeof buildBundle };
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    return {
      installed: join(await build(folder), 'launch.cjs'),
      checkout: join(checkout, 'packages/cli/bin/postern.js'),
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
