/** What a typed refusal is about: who pays, the account behind the credential, a brake, a passing fault, or the request itself. */
export type CodeMeaning = 'money' | 'account_fault' | 'throttled' | 'transient' | 'request_fault';

/** One `error_code` of the Messages API. */
export interface RefusalCode {
  readonly means: CodeMeaning;
  /** What happened. */
  readonly sentence: string;
  /** What to do. */
  readonly nextStep: string;
}

const money = (sentence: string, nextStep: string): RefusalCode => ({ means: 'money', sentence, nextStep });
const account = (sentence: string, nextStep: string): RefusalCode => ({
  means: 'account_fault',
  sentence,
  nextStep,
});
const request = (sentence: string, nextStep: string): RefusalCode => ({
  means: 'request_fault',
  sentence,
  nextStep,
});
const passing = (means: 'throttled' | 'transient', sentence: string, nextStep: string): RefusalCode => ({
  means,
  sentence,
  nextStep,
});

const startAnew = 'Start a new conversation; if it keeps happening, update Postern and its Agent SDK.';
const askOperator = 'Ask the operator of this installation.';
const askAdministrator = 'Ask the administrator of the organization.';
const summary = (what: string): RefusalCode => request(`The summary of the conversation ${what}.`, startAnew);
const kept = (what: string): RefusalCode =>
  request(`The conversation that the service keeps ${what}.`, startAnew);

/**
 * Every code that @anthropic-ai/sdk 1.14.0 types for `POST /v1/messages`, and those of linked billing that it types for user profiles: read
 * before the type and the message, whose wording may change. Source: its `resources/messages/messages.d.ts`, `@throws` of `create`.
 */
const table: Readonly<Record<string, RefusalCode>> = {
  contract_spend_limit_reached: money(
    'The organization has reached the spend limit of its contract.',
    askAdministrator,
  ),
  enforced_spend_limit_reached: money(
    'The organization has reached the monthly limit of its API tier.',
    'Raise the limit in the Console, or wait for the next month.',
  ),
  linked_organization_spend_limit_reached: money(
    'The linked organization has reached its own spend limit or has no credit left.',
    'Raise the limit or add credit in that organization’s Console.',
  ),
  linked_organization_billing_unavailable: money(
    'The linked organization cannot be billed right now.',
    'Look at the billing page of that organization’s Console.',
  ),
  user_profile_billing_not_authorized: money(
    'The organization is not linked, no longer linked, or its approval has ended.',
    'Link it again.',
  ),
  user_profile_not_billable: money(
    'The linked organization cannot be billed.',
    'Sign in again, or use an API key.',
  ),
  organization_on_hold: money(
    'The organization was put on hold.',
    'Its administrator can appeal in the Console.',
  ),
  user_profile_required: account('The service wants to know for whom this request is.', askOperator),
  user_profile_not_found: account(
    'The service does not know the profile that this request is for.',
    askOperator,
  ),
  claude_code_key_creator_not_member: account(
    'The person who made this API key is no longer a member of its organization.',
    'Make a new key in the Console.',
  ),
  claude_code_version_too_old: account(
    'The Agent SDK’s program is older than the organization or the model requires.',
    'Update Postern and its Agent SDK.',
  ),
  cmek_key_disabled: account('The workspace’s encryption key is disabled or revoked.', askAdministrator),
  cmek_key_network_blocked: account('The workspace’s encryption key could not be reached.', askAdministrator),
  ramp_limit_exceeded: passing(
    'throttled',
    'The organization’s use would grow faster than it is allowed to.',
    'Wait a few minutes and send it again.',
  ),
  cmek_key_unreachable: passing(
    'transient',
    'The workspace’s encryption key could not be reached.',
    'Send it again in a moment; if it goes on, ask the administrator of the organization.',
  ),
  compaction_unavailable: passing(
    'transient',
    'The conversation could not be summarized just now.',
    'Send it again in a moment.',
  ),
  available_tools_limit_exceeded: request(
    'There are more tools than a request may have.',
    'Switch off MCP servers that this conversation does not need.',
  ),
  compaction_block_ambiguous: summary('is there twice'),
  compaction_block_misplaced: summary('is not at its beginning'),
  compaction_content_mismatch: summary('was changed'),
  compaction_incomplete_turn: summary('was asked for in the middle of an answer'),
  compaction_nothing_to_summarize: summary('has nothing to stand for'),
  compaction_signature_invalid: summary('is not the service’s own'),
  compaction_too_many_tool_references: summary('names more tools than it can'),
  compaction_tool_changes_mismatch: summary('does not fit its tools'),
  image_dimensions_too_large: request(
    'A picture is larger than the model takes.',
    'Make it smaller, then send it again.',
  ),
  request_body_encoding_invalid: request(
    'The request could not be unpacked.',
    'Look for a proxy that changes requests.',
  ),
  request_body_encoding_unsupported: request(
    'The request was packed in a way that the service does not know.',
    'Look for a proxy that changes requests.',
  ),
  request_body_too_large_after_decoding: request(
    'The request is larger than the service takes.',
    'Send less, or start a new conversation.',
  ),
  skill_read_blocked_undecryptable: request(
    'A skill cannot be read: the key it is encrypted with is missing.',
    askAdministrator,
  ),
  thread_already_continued: kept('was continued elsewhere'),
  thread_continue_in_flight: kept('is being continued elsewhere'),
  thread_fingerprint_mismatch: kept('has other settings'),
  thread_not_found: kept('is gone'),
  thread_unsupported_request: kept('cannot take this request'),
  tool_name_conflict: request(
    'Two tools have the same name.',
    'Rename one of them, or switch off one of the MCP servers they come from.',
  ),
  tool_reference_unresolved: request('The request names a tool that no longer exists.', startAnew),
};

/** The row of a code; null where there is none. */
export function refusalCode(code: string): RefusalCode | null {
  return Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}

/** What the user sees of it: what happened, what to do, and the code itself. */
export function wordsOfCode(code: string): string | null {
  const row = refusalCode(code);
  return row === null ? null : `${row.sentence} ${row.nextStep} (${code})`;
}
