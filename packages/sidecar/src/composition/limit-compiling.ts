import { setFlagsFromString } from 'node:v8';

/**
 * For a process that is Postern's own, before anything is sent: undici reads HTTP with one large function in WebAssembly. After a hundred
 * answers V8 compiles it for speed, for 0.1 to 0.7 s and with 23 MB in a thread that gives little of it back to the system: 11 of 133 MB, for as
 * long as the process lives. Compiled simply, as it is at first, a stream of a hundred events takes 0.3 ms of processor time more at most, of 2.
 * A V8 that has no such flags says so on standard error and goes on.
 * Source: V8 13.6 of Node 24.21.0 on Linux x64, undici 8.13.1, measured 2026-11-30.
 */
export function limitCompiling(): void {
  for (const flag of ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']) setFlagsFromString(flag);
}
