import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { requireSidecar } from '../with-use-cases.ts';

/** Most characters of a link. Source: contract, `forwardedCallbackSchema`, with room for the names. */
const longestLink = 8_192;

/** What a redirect to `postern://callback` carries. */
export interface CallbackLink {
  readonly code: string;
  readonly state: string;
  readonly iss?: string;
}

/**
 * Hands the redirect of a sign-in, which the system gave us as a `postern://` link, to the running Postern. That compares `state` with
 * the sign-in that waits, so that a link of another page does nothing.
 *
 * The link stands in the arguments of this process, where other users of the computer can read it for a moment (`/proc`, `ps`). The
 * code in it is of no use to them: it is exchanged once, and only together with the PKCE verifier, which never leaves Postern. A
 * loopback redirect, the default, shows it to no other user.
 * @throws CommandError `link_refused`, `not_running`; PosternError `no_sign_in_pending`, `state_mismatch`, `code_rejected`, …
 */
export async function handleUrl(context: Context, link: string): Promise<number> {
  const callback = readCallbackLink(link);
  const { client } = await requireSidecar(context);
  const status = await client.auth.forwardCallback(callback);
  if (context.options.json) printJson(context, status);
  else printLines(context, [status.state === 'signed_in' ? 'Signed in.' : 'Postern has the answer.']);
  return exitCode.ok;
}

/**
 * Takes a link apart. Parameters that are not known are ignored, as RFC 6749, section 4.1.2, asks for; one that is known and stands there
 * twice is refused. Nothing of the link is ever repeated in an error.
 * @throws CommandError `link_refused`
 */
export function readCallbackLink(link: string): CallbackLink {
  const url = link.length > longestLink ? null : URL.parse(link);
  if (url === null || url.protocol !== 'postern:') throw refused('It is no postern link.');
  const { hostname, pathname, username, password, port, hash, searchParams } = url;
  if (
    hostname !== 'callback' ||
    (pathname !== '' && pathname !== '/') ||
    username + password + port + hash !== ''
  )
    throw refused('Only postern://callback is opened.');
  const [code, state, iss] = ['code', 'state', 'iss'].map((name) => onlyOne(searchParams, name));
  if (code === undefined || state === undefined)
    throw refused('It carries no code of a sign-in. If the sign-in was refused, start it again.');
  return { code, state, ...(iss !== undefined && { iss }) };
}

function onlyOne(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw refused(`It carries more than one ${name}.`);
  return values[0] === '' ? undefined : values[0];
}

function refused(detail: string): CommandError {
  return new CommandError('link_refused', detail);
}
