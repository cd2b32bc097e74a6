/** The sidecar as a library: run it, or use what it does in this process. */

export type { StartOptions } from './composition/configuration.ts';
export { limitCompiling } from './composition/limit-compiling.ts';
export { endWithoutReader, guardProcess } from './composition/process-guards.ts';
export { type Alone, type AloneOptions, openAlone } from './open-alone.ts';
export { runSidecar, type SidecarPorts } from './run-sidecar.ts';
export { Secret } from './secret/index.ts';
export { resetStore } from './store/index.ts';
