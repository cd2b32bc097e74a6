/** The database, sealing, the OS keychain, migrations, the lock across processes. */
export { openDerivedDatabase } from './derived-database.ts';
export { createKernelLock } from './kernel-lock.ts';
export { openStore } from './open-store.ts';
export type { PendingSignIn } from './pending-sign-in.ts';
export { ensurePrivateDirectory } from './private-directory.ts';
export { resetStore } from './reset-store.ts';
export type {
  Documents,
  PendingSignInRecord,
  SignInRecords,
  Sql,
  Store,
} from './store.ts';
