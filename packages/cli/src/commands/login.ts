import type { AuthStatus } from '@postern/contract';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { credentialId, isClaudeCode } from '../credential-option.ts';
import { exitCode } from '../exit-code.ts';
import { openWindow } from '../open-window.ts';
import { printJson, printLines } from '../print.ts';
import { askLine, canAsk } from '../terminal.ts';
import type { UseCases } from '../use-cases.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Options of `login`. */
export interface LoginOptions {
  readonly browser?: boolean;
  readonly restart?: boolean;
  readonly claudeCode?: boolean;
  readonly credential?: string;
}

/** A pasted code that was no code: the user may paste again, the sign-in still waits. */
const pasteAgain: ReadonlySet<string> = new Set(['state_mismatch', 'callback_invalid', 'bad_request']);

/**
 * Signs in: prints the address, opens the browser, and waits for the redirect, or for the code that the user pastes; Ctrl-C
 * cancels the sign-in. With `json`, a line at its start and one at its end.
 */
export async function login(context: Context, options: LoginOptions): Promise<number> {
  if (isClaudeCode(options))
    return await (await import('./login-claude-code.ts')).loginToClaudeCode(
      context,
      credentialId('claude_code', options.credential),
    );
  const credential = credentialId('oauth', options.credential);
  try {
    return await withUseCases(context, { create: true, memory: false }, ({ auth }) =>
      signIn(context, { ...options, credential }, auth),
    );
  } catch (error) {
    if (!isNotConfigured(error)) throw error;
    throw new CommandError(
      'oauth_not_configured',
      'Two ways need none: postern login --claude-code, and postern key set.',
      { cause: error },
    );
  }
}

/** As Postern comes: there is no registered client to sign in with. */
export function isNotConfigured(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'oauth_not_configured';
}

async function signIn(
  context: Context,
  options: Pick<LoginOptions, 'browser' | 'restart'> & { readonly credential: string | undefined },
  auth: UseCases['auth'],
): Promise<number> {
  const { io } = context;
  const { credential } = options;
  const started = await auth.start({ restart: options.restart === true, credential });
  const { signInId, authorizationUrl } = started;
  if (context.options.json) printJson(context, { event: 'sign_in_started', ...started });
  else printLines(context, ['Sign in at:', '', `  ${authorizationUrl}`, '']);
  const opened =
    options.browser !== false && (await openWindow(authorizationUrl, { ...context, as: 'page' }));
  io.stderr.write(
    opened ? 'Continue in your browser. Waiting…\n' : 'Open the address in a browser. Waiting…\n',
  );

  const interrupt = new AbortController();
  const stopListening = io.onInterrupt(() => interrupt.abort());
  const done = new AbortController();
  try {
    const signal = AbortSignal.any([interrupt.signal, done.signal]);
    const ways = [auth.waitUntilSignedIn({ signInId, credential, signal })];
    if (canAsk(io)) ways.push(pasted(context, auth, signal));
    const status = await Promise.race(ways);
    if (context.options.json) printJson(context, { event: 'signed_in', ...status });
    else printLines(context, [sentence(status)]);
    return exitCode.ok;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    await auth.cancel({ credential });
    io.stderr.write('Cancelled. Nothing has changed.\n');
    return exitCode.interrupted;
  } finally {
    done.abort();
    stopListening();
  }
}

/** Never resolves without a good code: the redirect decides then. */
async function pasted(context: Context, auth: UseCases['auth'], signal: AbortSignal): Promise<AuthStatus> {
  for (;;) {
    const line = await askLine(context.io, 'Or paste the code that the page shows: ', { signal });
    if (line === null) return await new Promise<never>(() => {});
    if (line === '') continue;
    try {
      return await auth.completePasted(line, { signal });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && pasteAgain.has(String(error.code)))) throw error;
      const { describeError, errorText } = await import('../report-error.ts');
      context.io.stderr.write(errorText(describeError(error)));
    }
  }
}

function sentence(status: AuthStatus): string {
  const who = status.account?.email ?? status.account?.organization ?? null;
  const as = who === null ? '' : ` as ${who}`;
  return status.connected ? `Signed in${as}.` : `Signed in${as}. Not tried yet.`;
}
