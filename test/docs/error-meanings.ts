import type { ErrorCode } from '@postern/contract';

/**
 * What each code means: how one gets there, and what was or was not changed by it. The title and the next step
 * are the error table's own. A new code does not compile until it has its meaning.
 */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  // Signing in
  oauth_not_configured:
    'No client id is set for a sign-in server, or no server. This is how Postern comes: see [what an operator sets](anthropic-oauth.md#what-an-operator-sets). The other ways to pay need none of it.',
  sign_in_in_progress:
    'Another window or the command line began a sign-in that still waits; one waits at a time. It expires after five minutes.',
  no_sign_in_pending:
    'An answer came for a sign-in that was finished, cancelled, superseded or has ended: a page that was reloaded, or a second click. Nothing was sent to the server.',
  state_mismatch:
    'The answer carries another `state` than the one Postern gave out: it is from an earlier page, from another program, or forged. The sign-in still waits for the right one.',
  callback_invalid:
    'The answer lacks the code or the state, names one twice, or what was pasted is not the whole code. Nothing was sent to the server.',
  issuer_mismatch:
    'The answer says it is from another server (`iss`), or does not say it where this server promised to. The code in it is not sent anywhere.',
  access_denied:
    'The sign-in page was left without approval: it was cancelled, or a rule of your organization, or what could be picked there, did not allow it. The server does not say which.',
  authorization_failed:
    'The server came back with an error of its own instead of a code: an unknown client id, a scope it does not grant, or trouble on its side. For a Claude Code login: that program ended without being signed in.',
  sign_in_expired: 'Five minutes passed between opening the page and its answer.',
  sign_in_cancelled: 'You cancelled it, or another sign-in took its place.',
  metadata_rejected:
    'The server’s metadata name another issuer, do not offer PKCE with S256, or point to an address that is not https, carries a user name, or lies on a host that is not configured. The detail says which. No browser was opened.',
  server_unsupported:
    'The server’s metadata demand something that Postern cannot do or is configured not to do, such as DPoP with an algorithm other than ES256, and a sign-in there would fail after you agreed. The detail says what. No browser was opened.',
  metadata_unavailable:
    'The metadata could not be read: no network, a proxy, a certificate that is not trusted, or trouble on the server’s side.',
  callback_port_busy:
    'The configured redirect URI names a fixed port, and another program has it. Pasting the code works all the same.',
  client_assertion_unavailable:
    'The operator’s program or file gave no client assertion that can be sent: it failed, took longer than ten seconds, or gave something that is no signed, living JWT with one audience. Nothing was sent to the server.',
  token_source_unavailable:
    'The operator’s program or file gave no access token that can be used: it failed, took longer than ten seconds, or gave one that has ended or was just rejected. A token that still lives is used to its end, and the source is asked again.',
  supplied_by_operator:
    'Access tokens come from a program or a file (`POSTERN_OAUTH_TOKEN_COMMAND`, `POSTERN_OAUTH_TOKEN_FILE`), so Postern neither signs in nor out.',
  already_linked:
    'With linked billing one organization has one profile per app. The one that was picked, or the profile that was sent, has its link already. Nothing was linked.',
  mcp_sign_in_failed:
    'An MCP server wants a sign-in, and it could not begin or ended without tokens: what the server says about its sign-in could not be read or is not to be trusted, its sign-in server registers no clients, or the page was left without approval. Other servers and your own sign-ins are not touched.',
  code_rejected:
    'The server refused the code when it was exchanged. Nothing was stored. A clock that is far off, or a page that was left open long, can cause it.',
  exchange_ambiguous:
    'The code was sent, and no answer came. Whether the server took it is not known, so it is not sent again.',
  token_response_invalid:
    'The server answered 200 with no access token, another token type than Bearer, something that is not JSON, or too much of it. Nothing was stored.',
  not_in_sandbox:
    'In the sandbox no real account is used: a Claude Code login and Console profiles are switched off there.',
  not_signed_in: 'Nothing is set up that could pay: no sign-in, no key, no login of another program.',
  reauthorization_required:
    'The server no longer accepts the refresh token: the login came to its fixed end, you or an administrator revoked it, or a renewal was cut off and the late try was refused. Only you can renew it.',
  not_renewable:
    'Refresh was pressed for a sign-in that the server gave without a refresh token. Nothing was sent, and the access works on until its end.',
  misconfigured:
    'The server refuses this installation, not you: `invalid_client`, `unauthorized_client`, or a request it does not understand. Tried again at most a few times an hour.',
  refresh_unavailable:
    'No network, a 429 or 5xx of the server, or a proxy that answered in its place. The refresh token was not spent. A living access token goes on being used.',
  refresh_uncertain:
    'The refresh token was sent and the answer was lost. Sending it again could end the whole sign-in at a strict server, so Postern waits for the end of the access token.',
  // Asking
  no_working_credential:
    'Every credential was rejected, is cooling down, or needs you. `postern status` and Settings say what each lacks.',
  api_key_rejected:
    'The service answered 401 to the key: it was deleted, disabled, or belongs to another environment.',
  insufficient_scope:
    'The sign-in lacks a scope that this request needs (usually `user:inference`). Renewing does not help: the scope is granted at sign-in.',
  organization_not_allowed: 'The organization has switched off this kind of sign-in. Your tokens are kept.',
  plan_limit_reached:
    'A window of the plan (five hours, seven days) is used up. The credential cools down until its reset, and your rule for limits decides who pays meanwhile.',
  fallback_refused:
    'Another credential could have paid, and you said no, did not answer within four minutes, or your rules say never.',
  spend_cap_reached:
    'What is spent, what is under way and the most that the next call may cost do not fit under a cap, and going past it was not allowed. That call was not sent; what was paid before it is in the receipt, and the conversation can go on.',
  credential_policy:
    'The service says that this credential may only be used with another program. Postern stops here and does not try to look like that program.',
  not_for_other_programs:
    'A program that runs with a lease (`postern run`) asked, and by your order a Claude Code login or a Console profile would have to pay. Those belong to their own programs: Postern never hands them on, and does not go on to a key that you did not choose for this.',
  lease_model_mismatch:
    'The lease was made for one model (`postern run --model`), and the program asked for another. Nothing was sent.',
  lease_ended:
    'A program that was started with a lease called after its end: its time was over, it was ended, the `postern run` that had started the program was killed, or Postern was restarted and could not take it up again. Nothing was sent.',
  credential_mismatch:
    'A Claude Code login or a Console profile was chosen, and the program said beforehand that it would use something else: another account was signed in meanwhile, or a key was found. The prompt was not sent, so nothing was paid.',
  usage_unavailable:
    'The Claude Code program was started to ask for the windows of its plan, without a prompt, and did not answer, or could not reach the service. No token was used.',
  conversation_elsewhere:
    'Conversations are kept with the sign-in they began under: one begun with a key or Postern’s own sign-in cannot move to a Claude Code account’s folder, nor back.',
  billing_problem:
    'The service answered that credit, billing or extra usage is the problem. Postern never switches to another payer automatically.',
  upstream_refused:
    'The service refused the request for a reason that is not the credential: a model you may not use, or a request it does not accept.',
  model_not_found:
    'The service answered 404 for the model, or says that the account may not use it. Nothing was paid.',
  prompt_too_long:
    'The whole conversation goes to the model with each question, and this one is longer than the model takes. It stays in the history.',
  request_too_large: 'The service answered 413: text, images and documents together are too many bytes.',
  answer_refused:
    'The model ended with the stop reason `refusal`. What had been shown of the answer is marked; the program retries once automatically where it may, and that was stopped as well.',
  output_limit_reached:
    'The model reached its longest output, was asked to go on up to three times, and reached it again. What it said is in the history.',
  context_window_full:
    'The answer and the conversation before it fill the window of the model. What it said is in the history.',
  tool_call_unreadable:
    'The model’s call of a tool broke off or was no valid JSON, and so were its repetitions. No tool ran.',
  account_needs_attention:
    'The service put the account on hold or asks its owner to verify something. Postern does not switch to another credential automatically.',
  answer_timed_out:
    'The service kept the connection open and sent nothing for `maxSilenceSeconds` (600 by default). The query was stopped; what had come is in the history.',
  upstream_overloaded:
    'The service said `overloaded_error` in an answer before anything of it came. The call was sent once more after a moment, and was met the same way.',
  upstream_throttled: 'A 429 without plan headers: too much at once. No other credential is used for that.',
  upstream_unavailable:
    'A 5xx or 529 of the service, or no connection to it. It says nothing about your credentials.',
  attachments_too_large:
    'Images and PDFs go to the model themselves, and the API takes 32 MB a request. Nothing was read. A larger image or PDF, and any other file, is handed over by its path and does not count.',
  too_many_queries:
    'Postern runs a few queries at once, by the memory and the cores of the machine (4 with 8 GB and 2 cores), and lets 50 more wait in their order. The answer says when to try again.',
  not_the_service:
    'A sign-in page of the network, a company’s proxy, or another server answered at the API’s address: a page, a redirect, or a document of another shape. No credential counts as accepted or refused because of it, and none is tried after it.',
  stream_interrupted:
    'The connection to the service or to Postern was lost in the middle of an answer. Nothing is repeated automatically, so that no tool runs twice.',
  query_cancelled: 'You pressed Stop, closed the command, or the query had no listener for 60 s.',
  query_not_found: 'The query ended more than a few minutes ago, or belongs to an earlier start of Postern.',
  request_not_found: 'A question was answered twice, or one about who pays after the four minutes it waits.',
  answer_does_not_fit:
    'An answer names an option that the question does not have, leaves out one that is wanted, or is meant for a request of another kind.',
  credential_cannot_pay:
    'Another credential was to pay instead of waiting for a plan’s reset, but it cannot pay now, or the query does not wait. Nothing changed: a query that waits goes on waiting.',
  credential_not_found:
    'The credential that the request names is not one of yours: it was removed, or the id is misspelt.',
  conversation_not_found:
    'Its file is not in this data directory, or it belongs to another account’s folder.',
  conversation_damaged:
    'The program could not go on from the session file: nothing in it can be read any longer, after a crash or a failing disk.',
  conversation_busy: 'One turn at a time: another window or command is asking in this conversation.',
  checkpoint_not_found:
    'The agent program copies a file before its own tools change it. For messages from before Postern had this, or sent through another program, there are no copies.',
  checkpoints_off: 'The managed setting fileCheckpointingEnabled is false.',
  rewind_outside_workspace:
    'All files that changed since the message go back together, and some of them lie outside the workspace. The detail names them.',
  files_changed: 'A file was changed between the look at the list and the undoing.',
  rewind_failed: 'The agent program did not answer, or could not write a file.',
  prompt_empty: 'The prompt is empty, or only blanks.',
  workspace_not_found:
    'The path is not absolute, not a folder, not to be opened, or holds Postern’s own data directory.',
  workspace_unavailable:
    'No folder was chosen, and neither the cache directory nor the temporary one can be written: a container or a service often has no home of its own. The detail names both places.',
  attachment_type_unsupported:
    'A file was sent with another type than those that can be attached, or its content is not of the type it was sent with. It was not kept.',
  attachment_too_large: 'A file of more than 32 MiB was sent to go with a prompt. It was not kept.',
  workspace_changed: 'Trust was given to another content of the folder than it has now. Nothing was trusted.',
  workspace_too_large:
    'What would shape the agent in a folder (CLAUDE.md, `.claude`, `.mcp.json`) has more than 10,000 files, a file of more than 1 MiB, more than 16 MiB together, or instructions of more than 200,000 characters. Nothing of it loads.',
  folder_not_found:
    'The folders in a folder were asked for that is not there, is no folder, or may not be opened.',
  attachment_not_found: 'An attached path is not there, is no file, or lies in Postern’s data directory.',
  agent_program_missing:
    'The SDK’s program, about 380 MB, is an optional dependency: it was left out, was removed, or `POSTERN_CLAUDE_PROGRAM` names something else. See [installing.md](installing.md).',
  agent_failed: 'The program ended or fell silent in the middle of a turn for a reason it did not give.',
  // Keeping, starting, and the local door
  invalid_setting:
    'An unknown name, a wrong type, or a secret of the wrong kind: a key begins with `sk-ant-api`. Nothing of the request was taken over.',
  credential_store_locked:
    'The keychain is there and locked, or its question was dismissed. What is in memory goes on being used.',
  credential_store_unavailable:
    'There is no keychain that works (no session bus, no Secret Service), or it does not answer in time.',
  passphrase_wrong:
    'With `passphrase_file`: the passphrase is not the one this data was sealed with. Nothing was changed; it can be tried as often as you like.',
  passphrase_missing:
    'With `passphrase_file`: there is no terminal to ask on, nothing was typed, and `POSTERN_PASSPHRASE` is not set.',
  storage_full: 'A write failed: disk full, read-only, or an I/O error. What was there before is whole.',
  data_dir_unusable:
    'The data directory cannot be created or looked at: its path leads through a file or a circle of links, is too long, or is shut to you.',
  unsafe_storage:
    'The data directory or a file in it is a link, belongs to another user, or can be entered by others. The detail names it and says what to run.',
  storage_newer: 'A newer Postern has written this data directory. This one does not touch it.',
  unsafe_environment:
    'A variable would switch off certificate checks, print secrets, or load code into Postern. The detail names it.',
  invalid_configuration:
    'An option or a variable has a value that cannot be used, or two do not fit together. The detail names it.',
  port_taken: 'The port you named is in use. If the default port is taken, Postern picks another one.',
  unauthorized:
    'The token is missing, wrong, or of an earlier start; or the window’s address was used before or is older than a minute.',
  forbidden_origin: 'A web page, or another port of this machine, sent the request.',
  misdirected_request: 'The `Host` of the request is not the address Postern listens on.',
  bad_request:
    'The JSON cannot be read, a field is unknown or of the wrong type, or the request is framed in an unusual way.',
  not_found: 'No route has this path.',
  method_not_allowed: 'The path exists, for another method.',
  unsupported_media_type: 'The body is not announced as JSON.',
  payload_too_large: 'The body is longer than this route takes.',
  request_timeout: 'The request arrived too slowly; or, for `postern stop`, the process did not end in time.',
  too_many_requests:
    'Too many failed attempts, streams or connections at once. The right token always passes.',
  store_in_memory:
    'Another process was asked for a sign-in that only the running Postern’s memory holds: `postern token` with `--store memory`.',
  token_bound:
    '`postern token` was asked for a token that is bound to a key (DPoP). The key never leaves Postern, and without it the token is refused everywhere.',
  data_dir_in_use:
    'A Postern runs, starts or stops in this data directory and has not said where it listens: it may be waiting for a passphrase or the keychain.',
  not_running: 'No Postern runs for this data directory.',
  not_answering:
    'The process of Postern is there and answers nothing, not even whether it is well: it was stopped (Ctrl-Z, `kill -STOP`), or it is stuck. A slow answer alone is not this.',
  launcher_conflict:
    '`postern install-launcher` found a file, or an entry of Windows’ registry, where its own would go. It was not changed; the detail names it.',
  launcher_unavailable:
    '`postern install-launcher` cannot work here: a path cannot be written into a launcher, a part of Postern is missing, or PowerShell failed.',
  link_refused:
    '`postern handle-url` was given something other than the `postern://callback` link of a sign-in with its code and state.',
  internal_error:
    'A defect of Postern’s own. The log on standard error has a line about it, without secrets.',
};
