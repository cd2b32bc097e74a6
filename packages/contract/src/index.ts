/** What crosses HTTP: schemas, the error table, event shapes. Runs anywhere and does nothing. */
export { type AppEvent, type AppEventName, appEventSchemas } from './app-event.ts';
export {
  type AuthStatus,
  authStatusSchema,
  type ForwardedCallback,
  forwardedCallbackSchema,
  type Revocation,
  type SignedOut,
  type SignInStarted,
  type SignInState,
  type StoreHealth,
  type StoreKind,
  signedOutSchema,
  signInStartedSchema,
  storeKinds,
} from './auth-status.ts';
export {
  type CredentialKind,
  type CredentialRef,
  type CredentialView,
  credentialKinds,
  credentialViewSchema,
} from './credential.ts';
export { type ErrorCode, type ErrorRow, errorTable, isErrorCode } from './error-table.ts';
export { type Problem, problemMediaType, problemOf, problemSchema } from './problem.ts';
export {
  type Approval,
  approvalSchema,
  type QueryEvent,
  type QueryEventName,
  type QueryRequest,
  queryEventSchemas,
  queryRequestSchema,
  type TokenUsage,
} from './query.ts';
export {
  apiKeySchema,
  type ChosenSettings,
  chosenSettingsSchema,
  defaultSettings,
  type FallbackPolicy,
  type Settings,
  type SettingsPatch,
  settingsPatchSchema,
  settingsSchema,
  settingsSchemaVersion,
} from './settings.ts';
export {
  doneSchema,
  emptyBodySchema,
  type Health,
  healthSchema,
  type ReadyLine,
  type SidecarFile,
  sessionRequestSchema,
  sessionSchema,
  sidecarFileSchema,
  type Ticket,
  ticketSchema,
} from './sidecar.ts';
