/** A usable access token: cache, single flight, refresh, background renewal. */
export type { AccessTokens, UsableToken } from './access-tokens.ts';
export { createAccessTokens } from './create-access-tokens.ts';
export { createSuppliedTokens } from './create-supplied-tokens.ts';
