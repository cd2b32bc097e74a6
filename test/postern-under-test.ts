import { resolve } from 'node:path';

/** Environment variable in which a run of Vitest names the `postern` that it has built for its tests. */
export const posternVariable = 'POSTERN_UNDER_TEST';

/**
 * Full path of the script that the tests start as `postern`: the bundle that the run built, in half the processor time of this checkout's
 * sources; outside of a run, those.
 */
export const posternUnderTest: string =
  process.env[posternVariable] ?? resolve(import.meta.dirname, '../packages/cli/bin/postern.js');
