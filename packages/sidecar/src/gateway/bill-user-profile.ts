import type { SendUpstream } from './upstream.ts';

/** Source: docs/anthropic-oauth.md, "Two ways to bill a request", way A, as documented on 2026-11-28. */
const billingBeta = 'user-profiles-billing-2026-10-01';
const policy = '"billing_policy":{"type":"billing_policy","bill_to":"user_profile"}';

/**
 * Puts messages that an operator's own service account pays for on the bill of a linked customer: the profile's header, the beta and
 * the policy in the body. Requests with a key, and other endpoints, pass as they are: they could not bill anyone else.
 */
export function billUserProfile(userProfileId: string | null, send: SendUpstream): SendUpstream {
  if (userProfileId === null) return send;
  return async (request) => {
    const { body, headers, target } = request;
    const isMessages = target === '/v1/messages' || target.startsWith('/v1/messages?');
    if (body === null || !isMessages || headers['authorization'] === undefined) return await send(request);
    const betas = [headers['anthropic-beta'], billingBeta].filter((each) => each !== undefined);
    return await send({
      ...request,
      headers: { ...headers, 'anthropic-user-profile-id': userProfileId, 'anthropic-beta': betas.join(',') },
      body: withPolicy(body),
    });
  };
}

/**
 * The policy becomes the first member; not one byte of what the program wrote is written again. A body with a policy of its own, which
 * would come after it and count, has been refused before: see `BoundedRequest.namesPayer`.
 */
function withPolicy(body: Buffer): Buffer {
  const at = body.indexOf('{') + 1;
  const isEmpty = /^\s*\}/.test(body.toString('latin1', at, at + 64));
  return Buffer.concat([
    body.subarray(0, at),
    Buffer.from(isEmpty ? policy : `${policy},`),
    body.subarray(at),
  ]);
}
