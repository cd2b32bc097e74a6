import { row } from './error-row.ts';

/** Rows of asking. */
export const queryErrors = {
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
} as const;
