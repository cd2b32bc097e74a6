import { CommandError, UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { credentialId } from '../credential-option.ts';
import { exitCode } from '../exit-code.ts';
import { openAlone } from '../open-alone.ts';
import { placesOf } from '../places.ts';
import { printJson } from '../print.ts';
import { wholeNumber } from '../shared-options.ts';
import { hasStore, refuseMemory, runningSidecar } from '../with-use-cases.ts';

/**
 * Prints an access token that is good for at least `minValid` seconds, or as long as the server grants one. The only command
 * that prints a secret. It opens the store itself, sidecar or not: no HTTP route gives out a credential.
 * @throws UsageError on a terminal without `force`; CommandError `store_in_memory` or `not_running` where the store is in memory,
 * `not_signed_in` where nothing was ever kept, `token_bound` where a token is of no use without the key that stays here
 */
export async function token(
  context: Context,
  options: { readonly minValid: string; readonly force?: boolean; readonly credential?: string },
): Promise<number> {
  const { io } = context;
  const credential = credentialId('oauth', options.credential);
  const minValidSeconds = wholeNumber('--min-valid', options.minValid, 0, 31_536_000);
  if (io.stdout.isTTY === true && options.force !== true)
    throw new UsageError('A token does not belong on a screen: pipe it, or add --force');
  const running = await runningSidecar(context);
  const [first] = placesOf(context);
  const place = running === null ? first : { mode: running.health.mode, dataDir: running.dataDir };
  const store = context.options.store ?? (await running?.client.auth.status())?.store.kind ?? null;
  if (store === 'memory') throw new CommandError(running === null ? 'not_running' : 'store_in_memory');
  if (!hasStore(place.dataDir)) throw new CommandError('not_signed_in');
  const alone = await openAlone(context, { ...place, store });
  try {
    await refuseMemory(alone);
    const { accessToken, expiresAtMs, proofKey, scopes } = await alone.accessTokens.getValidFor(
      credential ?? (await alone.signIns.first()),
      minValidSeconds,
    );
    if (proofKey !== undefined) throw new CommandError('token_bound');
    const leftSeconds = Math.floor((expiresAtMs - Date.now()) / 1000);
    if (leftSeconds <= 0)
      throw new CommandError('refresh_unavailable', 'The token that came has ended already.');
    if (leftSeconds < minValidSeconds)
      io.stderr.write(
        `postern: the server grants no more than this: good for ${leftSeconds} s, not ${minValidSeconds} s.\n`,
      );
    if (context.options.json)
      printJson(context, {
        accessToken: accessToken.reveal(),
        expiresAt: new Date(expiresAtMs).toISOString(),
        scopes,
      });
    else io.stdout.write(`${accessToken.reveal()}\n`);
    return exitCode.ok;
  } finally {
    await alone.close();
  }
}
