import {
  authStatusSchema,
  emptyBodySchema,
  forwardedCallbackSchema,
  signedOutSchema,
  signInStartedSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const credentialQuery = z.strictObject({
  credential: z
    .string()
    .regex(/^oauth:[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .optional()
    .describe('`oauth:<name>`; default: the first of its kind'),
});
const startQuery = credentialQuery.extend({
  restart: z.enum(['0', '1']).optional().describe('1: supersedes the sign-in that waits'),
});
const cancelQuery = credentialQuery.extend({
  credential: credentialQuery.shape.credential.describe('`oauth:<name>`; default: whichever is pending'),
});

/** `/auth/anthropic/*` but the browser's own return. */
export function addSignInRoutes(app: HttpApp, { signIns }: Pick<HttpDeps, 'signIns'>): void {
  app.get(
    '/auth/anthropic/start',
    {
      schema: {
        operationId: 'startSignIn',
        tags: ['sign-in'],
        summary: 'Begins a sign-in',
        querystring: startQuery,
        response: answers(
          signInStartedSchema,
          'Open authorizationUrl in a browser.',
          'oauth_not_configured',
          'invalid_configuration',
          'supplied_by_operator',
          'sign_in_in_progress',
          'callback_port_busy',
          'metadata_rejected',
          'server_unsupported',
          'misconfigured',
          'client_assertion_unavailable',
          'already_linked',
          'token_response_invalid',
          'metadata_unavailable',
          'not_found',
        ),
      },
    },
    ({ query }) => signIns.start({ restart: query.restart === '1', credentialId: query.credential ?? null }),
  );

  app.post(
    '/auth/anthropic/callback',
    {
      schema: {
        operationId: 'forwardSignIn',
        tags: ['sign-in'],
        summary: 'Completes a sign-in with an answer that was forwarded or pasted',
        querystring: credentialQuery,
        body: forwardedCallbackSchema,
        response: answers(
          authStatusSchema,
          'Signed in.',
          'state_mismatch',
          'no_sign_in_pending',
          'callback_invalid',
          'issuer_mismatch',
          'access_denied',
          'authorization_failed',
          'sign_in_expired',
          'code_rejected',
          'exchange_ambiguous',
          'token_response_invalid',
          'metadata_unavailable',
          'misconfigured',
          'client_assertion_unavailable',
          'already_linked',
          ...bodyCodes,
        ),
      },
    },
    ({ body }) => signIns.completeForwarded(body),
  );

  app.post(
    '/auth/anthropic/cancel',
    {
      schema: {
        operationId: 'cancelSignIn',
        tags: ['sign-in'],
        summary: 'Ends the pending sign-in',
        querystring: cancelQuery,
        body: emptyBodySchema,
        response: answers(authStatusSchema, 'How the sign-in stands.', ...bodyCodes),
      },
    },
    ({ query }) => signIns.cancel(query.credential ?? null),
  );

  app.post(
    '/auth/anthropic/refresh',
    {
      schema: {
        operationId: 'refreshSignIn',
        tags: ['sign-in'],
        summary: 'Refreshes now',
        querystring: credentialQuery,
        body: emptyBodySchema,
        response: answers(
          authStatusSchema,
          'Refreshed.',
          'not_signed_in',
          'not_renewable',
          'client_assertion_unavailable',
          'reauthorization_required',
          'misconfigured',
          'refresh_unavailable',
          'refresh_uncertain',
          'credential_store_locked',
          'storage_full',
          ...bodyCodes,
        ),
      },
    },
    ({ query }) => signIns.refresh(query.credential ?? null),
  );

  app.post(
    '/auth/anthropic/logout',
    {
      schema: {
        operationId: 'signOut',
        tags: ['sign-in'],
        summary: 'Removes the sign-in here first, then revokes it',
        querystring: credentialQuery,
        body: emptyBodySchema,
        response: answers(
          signedOutSchema,
          'Signed out.',
          'credential_store_locked',
          'storage_full',
          'supplied_by_operator',
          ...bodyCodes,
        ),
      },
    },
    ({ query }) => signIns.signOut(query.credential ?? null),
  );

  app.get(
    '/auth/anthropic/status',
    {
      schema: {
        operationId: 'signInStatus',
        tags: ['sign-in'],
        summary: 'How the sign-in stands',
        querystring: credentialQuery,
        response: answers(authStatusSchema, 'How the sign-in stands.', 'credential_store_locked'),
      },
    },
    ({ query }) => signIns.status(query.credential ?? null),
  );
}
