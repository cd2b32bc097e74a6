import { RequestError } from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import type { CredentialView } from '@postern/contract';

/** How long a sign-in is waited for, and how often it is looked for; milliseconds. */
export interface SignInTimes {
  readonly withinMs: number;
  readonly everyMs: number;
}

const usualTimes: SignInTimes = { withinMs: 10 * 60_000, everyMs: 1_000 };

export const signInFirst = 'You are not signed in. Sign in with Postern, or save an API key there.';

/** Shows Postern's window, and settles once a credential can be used. @throws RequestError where that takes too long */
export async function signedIn(
  sidecar: Pick<PosternClient, 'credentials' | 'ticket'>,
  openWindow: (url: string) => Promise<boolean>,
  signal: AbortSignal,
  { withinMs, everyMs } = usualTimes,
): Promise<void> {
  if (payerOf(await sidecar.credentials()) !== null) return;
  const { url } = await sidecar.ticket();
  if (!(await openWindow(url)))
    throw RequestError.authRequired(
      { code: 'not_signed_in' },
      'No browser could be opened. In a terminal, run postern acp --login.',
    );
  const endsAt = Date.now() + withinMs;
  while (Date.now() < endsAt && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    if (payerOf(await sidecar.credentials()) !== null) return;
  }
  throw RequestError.authRequired({ code: 'not_signed_in' }, signInFirst);
}

/** Who would pay, by the order in the settings; null: no one. */
export function payerOf(
  credentials: readonly CredentialView[],
): { id: string; kind: CredentialView['kind']; payer: string } | null {
  const usable = credentials.find(({ status }) => status === 'active');
  const later = credentials.find(({ status }) => status === 'cooling_down');
  const found = usable ?? later;
  return found === undefined ? null : { id: found.id, kind: found.kind, payer: found.payer };
}
