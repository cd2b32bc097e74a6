/** Carrying a secret so that it cannot be printed. Every module may import this one. */
export { type OAuthErrorFields, oauthErrorFields } from './oauth-error-fields.ts';
export { redactText } from './redact-text.ts';
export { Secret } from './secret.ts';
export { wordsOfService } from './words-of-service.ts';
