import type { DelegatedSignIns } from '../../../src/delegated/create-delegated-sign-ins.ts';

/** A machine on which no other program holds a sign-in. */
export const noDelegatedSignIns: DelegatedSignIns = {
  present: async () => ({ claudeCode: false, consoleProfile: false }),
  refresh: async () => undefined,
  all: () => [],
  runOf: () => null,
  homeOf: () => null,
  noteLoginEnd: () => undefined,
  accounts: async () => [],
  profiles: async () => [],
};
