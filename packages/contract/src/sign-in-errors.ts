import { row } from './error-row.ts';

/** Rows of signing in and of keeping a sign-in. */
export const signInErrors = {
  oauth_not_configured: row(
    501,
    false,
    'No sign-in server is configured',
    'Postern ships without a client id. Set POSTERN_OAUTH_ISSUER and POSTERN_OAUTH_CLIENT_ID, or save an API key.',
  ),
  sign_in_in_progress: row(
    409,
    false,
    'A sign-in is already waiting for you',
    'Finish it in the browser, cancel it, or start again with restart=1.',
  ),
  no_sign_in_pending: row(
    400,
    false,
    'No sign-in is waiting for this answer',
    'Start the sign-in again from Postern.',
  ),
  state_mismatch: row(
    400,
    false,
    'This answer does not belong to the sign-in that is waiting',
    'Go back to the page that Postern opened and finish there.',
  ),
  callback_invalid: row(
    400,
    false,
    'The sign-in answer could not be read',
    'Start the sign-in again from Postern.',
  ),
  issuer_mismatch: row(
    400,
    false,
    'The answer came from another sign-in server than the one that was asked',
    'Do not continue. Check POSTERN_OAUTH_ISSUER, then sign in again.',
  ),
  access_denied: row(
    400,
    false,
    'Access was not granted',
    'Nothing has changed. Connect again when you want to allow it.',
  ),
  authorization_failed: row(
    400,
    false,
    'The sign-in server ended the sign-in with an error',
    'Connect again. If it keeps happening, check the scopes and the client id.',
  ),
  sign_in_expired: row(
    400,
    false,
    'The sign-in took longer than five minutes',
    'Connect again; the earlier page no longer works.',
  ),
  sign_in_cancelled: row(400, false, 'The sign-in was cancelled', 'Connect again whenever you like.'),
  metadata_rejected: row(
    502,
    false,
    'The sign-in server describes itself in a way Postern does not trust',
    'Check POSTERN_OAUTH_ISSUER with whoever runs that server.',
  ),
  server_unsupported: row(
    502,
    false,
    'The sign-in server demands something that Postern cannot do',
    'Ask whoever runs that server for a client that does not need it.',
  ),
  metadata_unavailable: row(
    502,
    true,
    'The sign-in server could not be reached',
    'Check the network and the proxy settings, then try again.',
  ),
  callback_port_busy: row(
    409,
    false,
    'The port the sign-in answer must come to is taken by another program',
    'Close that program, or paste the code from the browser.',
  ),
  code_rejected: row(
    400,
    false,
    'The sign-in server refused the code',
    'Connect again; a code works only once and only for a short time.',
  ),
  exchange_ambiguous: row(
    502,
    false,
    'The connection broke while the sign-in was being completed',
    'Connect again. The code is not sent a second time.',
  ),
  token_response_invalid: row(
    502,
    false,
    'The sign-in server answered with something that is no valid token',
    'Connect again. If it keeps happening, tell whoever runs that server.',
  ),
  not_in_sandbox: row(
    409,
    false,
    'This is not available in the sandbox',
    'Start Postern with --live to use a real account.',
  ),
  not_signed_in: row(409, false, 'You are not signed in', 'Connect, or save an API key.'),
  reauthorization_required: row(
    409,
    false,
    'Your sign-in has ended and cannot be renewed',
    'Connect again. Your conversations and settings are kept.',
  ),
  not_renewable: row(
    409,
    false,
    'This sign-in came without a way to renew it',
    'It works until it ends. Then connect again.',
  ),
  misconfigured: row(
    502,
    false,
    'The sign-in server refuses this installation',
    'Check the client id and the endpoints. Your sign-in is kept.',
  ),
  refresh_unavailable: row(
    503,
    true,
    'The sign-in could not be renewed just now',
    'Your sign-in is kept and Postern tries again by itself.',
  ),
  refresh_uncertain: row(
    503,
    true,
    'The last renewal got no answer, so it is not repeated yet',
    'The current access keeps working until it ends; Postern then tries once more.',
  ),
} as const;
