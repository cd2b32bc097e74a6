import { expect } from 'vitest';

/** Expects something that becomes true by itself, however busy the machine is; a miss takes 8 s to be one. */
export function eventually<Value>(probe: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(probe, { timeout: 8_000, interval: 10 });
}
