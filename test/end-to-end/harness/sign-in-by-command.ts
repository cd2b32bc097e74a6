import { approveOverHttp } from '@postern/sandbox';
import type { CommandEnd } from './run-command-line.ts';
import type { Postern } from './start-postern.ts';
import { waitUntil } from './wait-until.ts';

/**
 * `postern login`, with the person's browser played by plain HTTP: the address it prints, sign in, allow, follow the redirect. Comes
 * back when the first real call was accepted too, which follows the page.
 * @param options of `postern login`
 */
export async function signInByCommand(
  postern: Postern,
  options: readonly string[] = [],
): Promise<{ readonly page: string; readonly end: CommandEnd }> {
  const login = postern.household.begin(['login', '--no-browser', ...options]);
  const address = await login.prints(/^ +(http:\S+)\n/m);
  const redirect = await approveOverHttp(address);
  const page = await (await fetch(redirect)).text();
  const end = await login.ended();
  await waitUntil('connected', async () => {
    const { connected, billing, state } = await postern.client.auth.status();
    // There is no free call that a linked organization's token is tried by.
    return connected || (billing === 'linked_organization' && state === 'signed_in');
  });
  return { page, end };
}
