/** Errors, split by what the caller does next. Every module may import this one. */
export { assertNever } from './assert-never.ts';
export { ConfigurationError, exitCodes } from './configuration-error.ts';
export { Failure } from './failure.ts';
export { InvalidRequestError } from './invalid-request-error.ts';
export { isUnsentError } from './is-unsent-error.ts';
export { loggableError } from './loggable-error.ts';
export { OAuthResponseError } from './oauth-response-error.ts';
export { QueryFailure } from './query-failure.ts';
export { ReauthorizationRequiredError } from './reauthorization-required-error.ts';
export { StoreError } from './store-error.ts';
export { TransientError } from './transient-error.ts';
