import type { PosternClient } from '@postern/client';

/** Posts to one of the sandbox's own controls. @throws where it did not take that */
export type PostSandbox = (action: string, body: Readonly<Record<string, unknown>>) => Promise<void>;

/** Something a reviewer can make happen in the sandbox. */
export interface SandboxMove {
  readonly name: string;
  /** What it does, and what Postern should do about it. */
  readonly text: string;
  readonly act: (post: PostSandbox, client: PosternClient) => Promise<unknown>;
}

/** The key that the sandbox's API takes; it opens nothing else. */
const sandboxKey = 'sk-ant-api03-postern-sandbox-no-real-account-no-cost';

/** What the "Try it" panel offers, in the order that tells a story. */
export const sandboxMoves: readonly SandboxMove[] = [
  {
    name: 'Save a backup key',
    text: 'The sandbox’s API key is saved, so that there is something to fall back to.',
    act: (_post, client) => client.updateSettings({ apiKey: sandboxKey }),
  },
  {
    name: 'Expire the token',
    text: 'The access token has ended. The next question renews it under way.',
    act: (post) => post('expire', {}),
  },
  {
    name: 'Revoke consent',
    text: 'The sign-in has ended at the server. The next question falls back to the key, and says so.',
    act: (post) => post('revoke', {}),
  },
  {
    name: 'Hit the limit',
    text: 'The plan’s window is used up for an hour. The next question asks whether the key may pay.',
    act: (post) => post('limit', { window: 'five_hour', resetsInSeconds: 3600 }),
  },
  {
    name: 'Take the server away',
    text: 'Sign-in server and API answer 503. Questions fail in plain words, and no sign-in is lost.',
    act: (post) => post('offline', { on: true }),
  },
  {
    name: 'Bring it back',
    text: 'Server and plan window are as they were. Postern goes back by itself.',
    act: async (post) => {
      await post('offline', { on: false });
      await post('limit', { on: false });
    },
  },
];

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
  };
}
