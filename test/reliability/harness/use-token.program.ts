/**
 * For the tests: a process that wants a usable access token. Its argument is JSON: the options of `openRooms` that are data, `do`
 * (`get` or `sign_in` or `sign_out` or `refresh`), and optionally `killAt` or `holdAt`, a step. Prints a line of JSON at every step, and
 * one with the outcome.
 */
import { Failure } from '../../../packages/sidecar/src/errors/index.ts';
import { credentialId, openRooms, type Rooms, type RoomsOptions } from './open-rooms.ts';
import { signInOverHttp } from './sign-in-over-http.ts';

/** What the program is told. */
export interface Order extends Pick<RoomsOptions, 'dataDir' | 'sandbox' | 'lockWaitMs'> {
  readonly do: 'get' | 'refresh' | 'sign_in' | 'sign_out';
  /** The step at which it ends itself, as `kill -9` does. */
  readonly killAt?: string;
  /** The step at which it stands still, for ever. */
  readonly holdAt?: string;
}

/** What it did. */
export type Outcome =
  | { readonly step: string; readonly atMs: number }
  | { readonly outcome: string; readonly version: number | null; readonly fingerprint: string | null };

const order = JSON.parse(process.argv[2] ?? '') as Order;
const say = (line: Outcome): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const rooms = await openRooms({
  ...order,
  onStep: (step) => {
    if (step === order.killAt) process.kill(process.pid, 'SIGKILL');
    // The wall clock: lines of several processes are compared.
    say({ step, atMs: Date.now() });
    if (step === order.holdAt) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
say({ step: 'asked', atMs: Date.now() });
say(await outcomeOf(rooms));
await rooms.close();

async function outcomeOf({ accessTokens, signIns }: Rooms): Promise<Outcome> {
  const nothing = { version: null, fingerprint: null };
  try {
    switch (order.do) {
      case 'sign_in':
        return { outcome: (await signInOverHttp({ signIns })) ? 'signed_in' : 'failed', ...nothing };
      case 'sign_out':
        return { outcome: (await signIns.signOut(null)).state, ...nothing };
      case 'refresh':
        return { outcome: (await signIns.refresh(null)).state, ...nothing };
      case 'get': {
        const { version, accessToken } = await accessTokens.get(credentialId);
        return { outcome: 'token', version, fingerprint: accessToken.fingerprint() };
      }
    }
  } catch (error) {
    return { outcome: error instanceof Failure ? error.code : String(error), ...nothing };
  }
}
