import { type PosternClient, PosternError } from '@postern/client';
import type { AuthStatus } from '@postern/contract';

/** Posts to one of the sandbox's own controls. @throws where it did not take that */
export type PostSandbox = (action: string, body: Readonly<Record<string, unknown>>) => Promise<null>;

/** What a move led to, where that depends on how things stood. */
export interface Outcome {
  readonly text: string;
  /** The instant at which Postern switches back, where one is known. */
  readonly backAt: string | null;
}

/** Something a reviewer can make happen in the sandbox. */
export interface SandboxMove {
  readonly name: string;
  /** What it does, and what Postern should do about it. */
  readonly text: string;
  /** Null where the text above has said it. */
  readonly act: (post: PostSandbox, client: PosternClient) => Promise<Outcome | null>;
}

/** Long enough to read the banner, short enough to wait for the way back. */
const limitSeconds = 15;

/** The key that the sandbox's API takes; it opens nothing else. */
const sandboxKey = 'sk-ant-api03-postern-sandbox-no-real-account-no-cost';

const saveKey: SandboxMove = {
  name: 'Save a backup key',
  text: 'The sandbox’s API key is saved, so that there is something to fall back to.',
  act: async (_post, client) => {
    await client.updateSettings({ apiKey: sandboxKey });
    return null;
  },
};
const expireToken: SandboxMove = {
  name: 'Expire the token',
  text: 'The access token has expired. Your next message renews it first.',
  act: (post) => post('expire', {}),
};
const takeAway: SandboxMove = {
  name: 'Take the server away',
  text: 'Sign-in server and API answer 503. Questions fail in plain words, and no sign-in is lost.',
  act: (post) => post('offline', { on: true }),
};

/** What the "Try it" panel offers where a plan pays, in the order that tells a story. */
const planMoves: readonly SandboxMove[] = [
  saveKey,
  expireToken,
  {
    name: 'Revoke consent',
    text: 'The sign-in has ended at the server. The next question falls back to the key, and says so. To come back, sign in again.',
    act: (post) => post('revoke', {}),
  },
  {
    name: 'Hit the limit',
    text: `The plan’s window is used up. The next question asks whether the key may pay; the window resets ${limitSeconds} seconds after it was refused, and Postern switches back automatically.`,
    act: (post) =>
      post('limit', { window: 'five_hour', resetsInSeconds: limitSeconds, from: 'first_refusal' }),
  },
  takeAway,
  {
    name: 'Bring it back',
    text: 'Server and plan window are as they were. Ask something: Postern switches back automatically.',
    act: async (post, client) => {
      await post('offline', { on: false });
      await post('limit', { on: false });
      return await wayBack(client);
    },
  },
];

/** The same where a linked organization pays. Source: docs/anthropic-oauth.md, refusals of a customer-paid request. */
const organizationMoves: readonly SandboxMove[] = [
  saveKey,
  expireToken,
  refusal('Reach the spend cap', 'linked_organization_spend_limit_reached', {
    text: 'Your organization’s cap is reached. The next message asks whether another account may pay; Postern does not wait for this one.',
  }),
  refusal('Stop its billing', 'linked_organization_billing_unavailable', {
    text: 'Your organization cannot be billed. The next message says so, and asks whether another account may pay.',
  }),
  refusal('Make it unbillable', 'user_profile_not_billable', {
    text: 'This organization cannot be billed by an app. The next message says so; sending it again does not help.',
  }),
  refusal('Forget the profile', 'user_profile_not_found', {
    text: 'The service does not know the profile that was linked. The next message says who can fix that: your operator.',
  }),
  refusal('Ask for a profile', 'user_profile_required', {
    text: 'The service wants to know who pays. The next message says who can fix that: your operator.',
  }),
  {
    name: 'Unlink in silence',
    text: 'Your organization ended the link and told nobody. The next message says so. To come back, link it again.',
    act: (post) => post('platform', { unlink: true }),
  },
  {
    name: 'Break the proof',
    text: 'What proves your operator’s app is refused. Linking and renewing say so, and the sign-in is kept.',
    act: (post) => post('platform', { assertionFault: 'wrong_aud' }),
  },
  takeAway,
  {
    name: 'Bring it back',
    text: 'Server, proof and billing are as they were. A link that ended has to be made again.',
    act: async (post, client) => {
      await post('offline', { on: false });
      await post('platform', { refuse: null, assertionFault: null });
      return await wayBack(client);
    },
  },
];

/** What the "Try it" panel offers. */
export function movesFor(billing: AuthStatus['billing']): readonly SandboxMove[] {
  return billing === 'linked_organization' ? organizationMoves : planMoves;
}

function refusal(name: string, refuse: string, { text }: Pick<SandboxMove, 'text'>): SandboxMove {
  return { name, text, act: (post) => post('platform', { refuse }) };
}

/** As by “Renew now” in Settings; a back-off that still runs after a failure is reported: the panel cannot bypass it. */
async function renewed(client: PosternClient): Promise<Outcome> {
  try {
    await client.auth.refresh();
    return {
      text: 'Server and plan window are as they were, and the sign-in was renewed, as by “Renew now” in Settings. Ask something: Postern switches back.',
      backAt: null,
    };
  } catch (thrown) {
    if (!(thrown instanceof PosternError) || thrown.code !== 'refresh_unavailable') throw thrown;
    const { retryAfterMs } = thrown;
    return {
      text: 'Server and plan window are as they were. After it failed, renewal is paused for a moment; then Postern retries automatically.',
      backAt: retryAfterMs === null ? null : new Date(Date.now() + retryAfterMs).toISOString(),
    };
  }
}

/** How Postern comes back from what was done before; renews the sign-in where that is what is needed. */
async function wayBack(client: PosternClient): Promise<Outcome | null> {
  const { state } = await client.auth.status();
  if (state === 'reauthorization_required')
    return {
      text: 'Server and plan window are as they were. What was revoked stays revoked: sign in again in Settings, and Postern switches back with the next question.',
      backAt: null,
    };
  if (state === 'refresh_failing') return await renewed(client);
  const credentials = await client.credentials();
  const coolingDown = credentials.find((each) => each.kind === 'oauth' && each.cooldownUntil !== null);
  if (coolingDown === undefined) return null;
  return {
    text: 'Server and plan window are as they were. Postern keeps to the reset that the service named, and switches back with the first question after it.',
    backAt: coolingDown.cooldownUntil,
  };
}

/** Posts with the token of this window. */
export function createPostSandbox(origin: string, token: () => string | null): PostSandbox {
  return async (action, body) => {
    const response = await fetch(`${origin}/sandbox/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token() ?? ''}` },
      body: JSON.stringify(body),
      redirect: 'error',
      credentials: 'omit',
    });
    if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
    return null;
  };
}
