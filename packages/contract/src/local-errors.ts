import { row } from './error-row.ts';

/** Rows of keeping things, of starting, and of the local door. */
export const localErrors = {
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
  passphrase_wrong: row(
    423,
    false,
    'The passphrase is wrong',
    'Start again with the one this data was sealed with. Without it nothing can be unsealed: move postern.db away to begin anew.',
  ),
  passphrase_missing: row(
    423,
    false,
    'A passphrase is needed',
    'Start Postern in a terminal, or set POSTERN_PASSPHRASE.',
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
  store_in_memory: row(
    409,
    false,
    'The sign-in lives in the memory of the running Postern',
    'Start Postern with --store os_keychain or --store passphrase_file to use it from elsewhere.',
  ),
  not_running: row(503, false, 'Postern is not running', 'Start it with postern start.'),
  internal_error: row(
    500,
    true,
    'Something went wrong inside Postern',
    'Try again. If it stays, run postern doctor.',
  ),
} as const;
