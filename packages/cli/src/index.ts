/** The command line. */
export type { Environment, Io, SidecarModule, World } from './context.ts';
export { type OpenWindowOptions, openWindow } from './open-window.ts';
export { run } from './run.ts';
