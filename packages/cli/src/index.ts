/** The command line. */
export type { Environment, Io, World } from './context.ts';
export { type OpenWindowOptions, openWindow } from './open-window.ts';
export { run } from './run.ts';
export type { SidecarModule } from './sidecar-module.ts';
