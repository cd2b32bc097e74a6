import {
  type CredentialKind,
  type ErrorCode,
  errorTable,
  isErrorCode,
  type TimelineEntry,
  usageNoticeText,
  windowInWords,
  windowStatusInWords,
} from '@postern/contract';
import { instant, kindInSentence, type ReportedFact } from '../credentials/index.ts';
import { assertNever } from '../errors/index.ts';

/** A timeline entry before it has a number and a time. */
export type NewTimelineEntry = Omit<TimelineEntry, 'id' | 'at'>;

const statusTexts: Readonly<Record<string, string>> = {
  absent: 'was removed',
  active: 'is ready',
  accepted: 'works: the service accepted it',
  renewed: 'was renewed',
  renewal_failed: 'could not be renewed',
  rejected: 'was rejected by the service',
  reauthorization_required: 'has ended: a new sign-in is needed',
  cooling_down: 'is paused',
  not_configured: 'is not configured',
};

/**
 * The timeline's sentence for what happened: for the user, and without a secret. Times in it are instants, for `timesInText` of the
 * contract.
 * @param nameOf what an account is called after “your”, by its id
 */
export function timelineEntryOf(
  fact: ReportedFact,
  nameOf: (credentialId: string) => string,
): NewTimelineEntry | null {
  switch (fact.type) {
    case 'sign_in_started':
      return entry(fact.type, 'oauth', null, 'A sign-in was started.');
    case 'sign_in_completed':
      return entry(fact.type, 'oauth', null, 'You signed in.');
    case 'sign_in_failed':
      return entry(
        fact.type,
        'oauth',
        fact.code,
        `The sign-in failed: ${titleOf(fact.code)}.${fact.detail === null ? '' : ` ${fact.detail}`}`,
      );
    case 'sign_in_cancelled':
      return entry(fact.type, 'oauth', null, 'The sign-in was cancelled.');
    case 'signed_out':
      return entry(fact.type, 'oauth', null, 'You signed out.');
    case 'credential_changed': {
      const status = statusTexts[fact.status] ?? `is now “${fact.status}”`;
      return entry(
        fact.type,
        fact.kind,
        codeOf(fact.reason),
        `Your ${kindInSentence(fact.kind)} ${status}${because(fact.reason)}.`,
      );
    }
    case 'settings_changed':
      return entry(fact.type, null, null, `Settings were changed: ${fact.keys.join(', ')}.`);
    case 'settings_unreadable':
      return entry(
        fact.type,
        null,
        null,
        `Settings could not be read and count as the strictest until you set them again: ${fact.members.join(', ')}.`,
      );
    case 'fallback': {
      const back = fact.reason === 'preferred';
      const text = back
        ? `Back to your ${nameOf(fact.to.id)}; ${payment(fact.to.payer)}.`
        : `Switched from your ${nameOf(fact.from.id)} to your ${nameOf(fact.to.id)}${because(fact.reason)}; ${payment(fact.to.payer)}.`;
      return entry(fact.type, fact.to.kind, codeOf(fact.reason), text);
    }
    case 'lease_question':
    case 'lease_question_closed':
      // What came of it is in the fallback and in the receipts.
      return null;
    case 'conversation_changed':
      // What was asked is in the conversations, and nothing that authenticates.
      return null;
    case 'usage_limits_changed': {
      // A window that has just begun is for screens that show how full it is.
      if (fact.change !== 'status') return null;
      const until = fact.resetsAt === null ? '' : `, until ${instant(Date.parse(fact.resetsAt))}`;
      return entry(
        fact.type,
        null,
        null,
        `The ${windowInWords(fact.window)} ${limitText(fact.status)}${until}.`,
      );
    }
    case 'usage_notice':
      return entry(
        fact.type,
        null,
        null,
        usageNoticeText({ ...fact, credentialId: `your ${nameOf(fact.credentialId)}` }, instant).text,
      );
    default:
      return assertNever(fact);
  }
}

function entry(
  type: string,
  kind: CredentialKind | null,
  code: ErrorCode | null,
  text: string,
): NewTimelineEntry {
  return { type, kind, code, text };
}

function codeOf(reason: string | null): ErrorCode | null {
  return reason !== null && isErrorCode(reason) ? reason : null;
}

function because(reason: string | null): string {
  if (reason === 'auth_failure') return ', because the service refused it';
  const code = codeOf(reason);
  return code === null ? '' : ` (${titleOf(code)})`;
}

function titleOf(code: ErrorCode): string {
  const { title } = errorTable[code];
  return title.charAt(0).toLowerCase() + title.slice(1);
}

function payment(payer: string): string {
  return `paid by: ${payer}`;
}

function limitText(status: string): string {
  if (status === 'allowed') return 'has room again';
  const words = windowStatusInWords(status);
  return words === null ? `has a new status: ${status}` : `is ${words}`;
}
