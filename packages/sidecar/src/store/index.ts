/** The database, sealing, the OS keychain, migrations, the lock across processes. */
export type { OpenStoreOptions } from './open-store.ts';
export type { PendingSignIn } from './pending-sign-in.ts';
export type {
  ApiKeyRecords,
  Documents,
  PendingSignInRecord,
  SignInRecords,
  Sql,
  SqlValue,
  Store,
} from './store.ts';
