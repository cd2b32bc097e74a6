import type { PosternClient } from '@postern/client';

/** Something a reviewer can make happen in the sandbox. */
export interface SandboxMove {
  readonly name: string;
  /** What it does, and what Postern should do about it. */
  readonly text: string;
  readonly act: (sandbox: PosternClient['sandbox']) => Promise<unknown>;
}

/** Enough for every request of a demonstration. */
const always = 10_000;

/** What the "Try it" panel offers, in the order that tells a story. */
export const sandboxMoves: readonly SandboxMove[] = [
  {
    name: 'Expire the token',
    text: 'The access token ends now. The next question renews it by itself.',
    act: (sandbox) => sandbox.expire(),
  },
  {
    name: 'Revoke consent',
    text: 'The sign-in ends at the server. The next question falls back to the key, and says so.',
    act: (sandbox) => sandbox.revoke(),
  },
  {
    name: 'Hit the limit',
    text: 'The plan’s window is used up. The next question asks whether the key may pay.',
    act: (sandbox) => sandbox.limit(),
  },
  {
    name: 'Take the server away',
    text: 'The sign-in server answers nothing useful. What works goes on working; nothing is lost.',
    act: async (sandbox) => {
      await sandbox.faults({ on: 'token', kind: 'status', status: 503, times: always });
      await sandbox.faults({ on: 'metadata', kind: 'status', status: 503, times: always });
    },
  },
  {
    name: 'Bring it back',
    text: 'The server and the plan’s window are as they were. Postern goes back by itself.',
    act: async (sandbox) => {
      await sandbox.faults({ on: 'token', kind: 'clear' });
      await sandbox.faults({ on: 'metadata', kind: 'clear' });
      await sandbox.faults({ on: 'messages', kind: 'clear' });
    },
  },
];
