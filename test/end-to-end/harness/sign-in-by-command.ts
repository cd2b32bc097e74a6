import { approveOverHttp } from '@postern/sandbox';
import type { Household } from './create-household.ts';
import type { CommandEnd } from './run-command-line.ts';

/** `postern login`, with the person's browser played by plain HTTP: the address it prints, sign in, allow, follow the redirect. */
export async function signInByCommand(
  household: Household,
): Promise<{ readonly page: string; readonly end: CommandEnd }> {
  const login = household.begin(['login', '--no-browser']);
  const address = await login.prints(/^\s+(http:\S+)$/m);
  const redirect = await approveOverHttp(address);
  const page = await (await fetch(redirect)).text();
  return { page, end: await login.ended() };
}
