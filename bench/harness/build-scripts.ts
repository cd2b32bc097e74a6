import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../../packaging/steps/build-bundle.ts';
import { checkout } from '../../packaging/steps/places.ts';

/** The two shapes that Postern comes in. */
export interface Scripts extends Disposable {
  /** What a person installs: bundled JavaScript, built anew. */
  readonly installed: string;
  /** What `npm start` runs: TypeScript that Node strips at the first start and keeps for the next. */
  readonly checkout: string;
}

/** Builds the bundle in a folder of its own, beside the checkout's installed packages. @throws Error where the window was not built */
export async function buildScripts(): Promise<Scripts> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    return {
      installed: join(await buildBundle(folder), 'postern.js'),
      checkout: join(checkout, 'packages/cli/bin/postern.js'),
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
