import { newRequestId } from '../messages-api/error-answer.ts';
import type { Answer } from '../wire/answer.ts';
import { jsonAnswer } from '../wire/answer.ts';
import type { BillingRefusal } from './connections.ts';

/** Status, type and text of each refusal. The codes are the SDK's; the sentences are the sandbox's own. Source: @anthropic-ai/sdk 1.14.0. */
const refusals: Readonly<Record<BillingRefusal, readonly [status: number, type: string, message: string]>> = {
  user_profile_required: [400, 'invalid_request_error', 'A user profile must be named for this request.'],
  user_profile_not_found: [400, 'invalid_request_error', 'The user profile is not known or not active.'],
  linked_organization_spend_limit_reached: [
    402,
    'billing_error',
    'The linked organization cannot be billed further.',
  ],
  linked_organization_billing_unavailable: [
    402,
    'billing_error',
    'The linked organization cannot be billed.',
  ],
  user_profile_billing_not_authorized: [
    403,
    'permission_error',
    'This credential may not bill the user profile.',
  ],
  user_profile_not_billable: [403, 'permission_error', 'The user profile cannot be billed.'],
};

/** The refusal of a customer-paid request; it is not billed to anyone else. */
export function billingRefusal(code: BillingRefusal): Answer {
  const [status, type, message] = refusals[code];
  const requestId = newRequestId();
  return jsonAnswer(
    status,
    { type: 'error', error: { type, message, details: { error_code: code } }, request_id: requestId },
    { 'request-id': requestId },
  );
}
