/**
 * Every error a person or a program can meet, once.
 *
 * `status` is the HTTP status of the problem document, `retryable` says whether the same request may succeed later
 * without anybody doing anything, `title` is what happened and `nextStep` what to do, in a person's words. The UI, the
 * command line and the docs all print these very sentences.
 */
export const errorTable = {
  // Signing in
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
  // Keeping a sign-in
  not_signed_in: row(409, false, 'You are not signed in', 'Connect, or save an API key.'),
  reauthorization_required: row(
    409,
    false,
    'Your sign-in has ended and cannot be renewed',
    'Connect again. Your conversations and settings are kept.',
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
  // Asking
  no_working_credential: row(
    409,
    false,
    'No way of paying for this request works at the moment',
    'Open Settings, connect again or check the API key.',
  ),
  api_key_rejected: row(409, false, 'The API key was refused', 'Check or replace the key in Settings.'),
  insufficient_scope: row(
    409,
    false,
    'The sign-in does not cover this request',
    'Connect again and allow all that is asked for.',
  ),
  organization_not_allowed: row(
    409,
    false,
    'This organization does not allow this kind of sign-in',
    'Use an API key, or ask the administrator of the organization.',
  ),
  plan_limit_reached: row(
    429,
    true,
    'The plan’s usage limit is reached',
    'Wait for the reset, or allow the backup key to take over.',
  ),
  fallback_refused: row(
    409,
    false,
    'The backup key was not used, as you decided',
    'Ask again after the sign-in works, or allow the backup key.',
  ),
  spend_cap_reached: row(
    409,
    false,
    'The spending cap for today is reached',
    'Raise the cap in Settings, or wait until midnight.',
  ),
  credential_policy: row(
    409,
    false,
    'The service does not accept this credential in this program',
    'Use an API key, or a sign-in that the service has approved for Postern.',
  ),
  billing_problem: row(
    409,
    false,
    'The account that pays has no credit or no valid billing',
    'Settle it in the account; Postern does not switch payers for this by itself.',
  ),
  upstream_refused: row(
    409,
    false,
    'The service refused this request',
    'Read the detail; another credential would not change it.',
  ),
  upstream_throttled: row(429, true, 'The service asks to slow down', 'Wait a moment and send it again.'),
  upstream_unavailable: row(
    503,
    true,
    'The service could not be reached or is overloaded',
    'Send it again in a moment.',
  ),
  stream_interrupted: row(
    502,
    true,
    'The answer broke off',
    'What arrived is kept. Send it again if you need the rest.',
  ),
  query_cancelled: row(409, false, 'The query was stopped', 'The conversation can go on.'),
  query_not_found: row(404, false, 'There is no such query', 'It may have ended. Ask again.'),
  request_not_found: row(
    404,
    false,
    'There is no such question waiting',
    'It was answered already, or its time ran out.',
  ),
  conversation_not_found: row(404, false, 'There is no such conversation', 'Start a new one.'),
  conversation_busy: row(
    409,
    true,
    'This conversation is still answering',
    'Wait for the answer, or stop it first.',
  ),
  prompt_empty: row(400, false, 'There is nothing to ask', 'Type a prompt first.'),
  workspace_not_found: row(
    400,
    false,
    'The workspace folder is not there',
    'Choose a folder that exists and that you may open.',
  ),
  attachment_not_found: row(400, false, 'An attached file is not there', 'Attach it again.'),
  agent_program_missing: row(
    503,
    false,
    'The Agent SDK’s program is missing',
    'Run npm ci again, or set POSTERN_CLAUDE_PROGRAM to its path.',
  ),
  agent_failed: row(
    502,
    true,
    'The agent stopped unexpectedly',
    'Send it again. If it keeps happening, run postern doctor.',
  ),
  // Keeping things
  invalid_setting: row(
    400,
    false,
    'That setting is not valid',
    'Nothing was changed. Correct it and save again.',
  ),
  credential_store_locked: row(
    423,
    true,
    'The keychain is locked',
    'Unlock it; Postern goes on by itself, without a new sign-in.',
  ),
  credential_store_unavailable: row(
    503,
    true,
    'The keychain does not answer',
    'Start the keychain, or start Postern with --store passphrase_file or --store memory.',
  ),
  storage_full: row(
    507,
    true,
    'The disk is full or cannot be written',
    'Free some space. The old record is whole.',
  ),
  unsafe_storage: row(
    500,
    false,
    'The data directory is not safe to keep secrets in',
    'It must belong to you, not be a link, and have mode 0700.',
  ),
  storage_newer: row(
    500,
    false,
    'The data was written by a newer version of Postern',
    'Update Postern. Nothing was changed.',
  ),
  unsafe_environment: row(
    500,
    false,
    'The environment would make Postern unsafe',
    'Unset the named variable and start again.',
  ),
  invalid_configuration: row(
    500,
    false,
    'The configuration cannot be used',
    'Correct the named option and start again.',
  ),
  port_taken: row(
    500,
    false,
    'The port is taken by another program',
    'Choose another with --port, or use --port 0.',
  ),
  // The door
  unauthorized: row(
    401,
    false,
    'This window is not connected to the running Postern',
    'Run postern open to get a new window.',
  ),
  forbidden_origin: row(
    403,
    false,
    'Requests from other pages are not accepted',
    'Use Postern’s own window.',
  ),
  misdirected_request: row(
    421,
    false,
    'This address is not Postern’s',
    'Use the address that Postern printed.',
  ),
  bad_request: row(400, false, 'The request cannot be understood', 'See the detail.'),
  not_found: row(404, false, 'There is nothing at this address', 'See /docs for what there is.'),
  method_not_allowed: row(405, false, 'This address does not take that method', 'See /docs.'),
  unsupported_media_type: row(415, false, 'Only JSON is accepted', 'Send Content-Type: application/json.'),
  payload_too_large: row(413, false, 'The request is too large', 'Send less.'),
  request_timeout: row(408, true, 'The request took too long to arrive', 'Send it again.'),
  too_many_requests: row(429, true, 'Too many requests', 'Wait a moment.'),
  not_running: row(503, false, 'Postern is not running', 'Start it with postern start.'),
  internal_error: row(
    500,
    true,
    'Something went wrong inside Postern',
    'Try again. If it stays, run postern doctor.',
  ),
} as const;

/** One row of the table: HTTP status, whether time alone may help, what happened, what to do. */
export interface ErrorRow {
  readonly status: number;
  readonly retryable: boolean;
  readonly title: string;
  readonly nextStep: string;
}

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorTable;

/** Narrows a string from outside to a code of the table. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorTable, value);
}

function row(status: number, retryable: boolean, title: string, nextStep: string): ErrorRow {
  return { status, retryable, title, nextStep };
}
