import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildBundle } from '../packaging/steps/build-bundle.ts';
import { checkout } from '../packaging/steps/places.ts';
import { posternVariable } from './postern-under-test.ts';

/** Inside `node_modules`, where the bundle finds the packages that it does not hold. A folder for each run, named after its process. */
const runs = join(checkout, 'node_modules/.cache/postern-under-test');

/** For Vitest, once before the slow tests: builds `postern` as it is installed, and again before a run that a changed file begins. */
export async function setup(project: TestProject): Promise<(() => void) | undefined> {
  // The other project of this run has built it.
  if (process.env[posternVariable] !== undefined) return undefined;
  const own = join(runs, String(process.pid));
  const build = async (): Promise<void> => {
    process.env[posternVariable] = join(await buildBundle(own), 'launch.cjs');
  };
  mkdirSync(runs, { recursive: true });
  for (const pid of readdirSync(runs)) if (!existsSync(`/proc/${pid}`)) removeRun(join(runs, pid));
  await build();
  project.onTestsRerun(build);
  return () => {
    delete process.env[posternVariable];
    removeRun(own);
  };
}

function removeRun(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
