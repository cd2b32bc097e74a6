import type { ClaudeCodeClient } from '@postern/client';
import type { SignedOut } from '@postern/contract';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { checkNamed, credentialId, isClaudeCode } from '../credential-option.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askYesNo } from '../terminal.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Options of `logout`. */
export interface LogoutOptions {
  readonly claudeCode?: boolean;
  readonly credential?: string;
  readonly yes?: boolean;
}

/** What became of the revocation. Only a running sidecar can retry: nothing of a sign-out is stored on disk. */
function sentenceOf(revocation: SignedOut['revocation'], sidecarRuns: boolean): string {
  switch (revocation) {
    case 'done':
      return 'Signed out here and at the server.';
    case 'unsupported':
      return 'Signed out here. The server did not revoke the sign-in: it ends there when its time is over.';
    case 'pending':
      return sidecarRuns
        ? 'Signed out here. The server could not be notified yet; Postern retries automatically.'
        : 'Signed out here. The server could not be notified, and there will be no retry: end the sign-in at the server, too.';
  }
}

/** Signs out; signing out twice is no error, a name that no account has is. */
export async function logout(context: Context, options: LogoutOptions): Promise<number> {
  if (isClaudeCode(options)) return await logoutOfClaudeCode(context, options);
  const credential = credentialId('oauth', options.credential);
  return await withUseCases(context, { create: false, memory: false }, async (useCases, running) => {
    await checkNamed(useCases, credential);
    const signedOut = await useCases.auth.signOut({ credential });
    if (context.options.json) printJson(context, signedOut);
    else printLines(context, [sentenceOf(signedOut.revocation, running !== null)]);
    return exitCode.ok;
  });
}

/** A login that other programs use, too, is ended only with a yes: the user's, or the script's. */
async function logoutOfClaudeCode(context: Context, options: LogoutOptions): Promise<number> {
  const credential = credentialId('claude_code', options.credential);
  return await withUseCases(context, { create: true, memory: true }, async ({ claudeCode }) => {
    if (options.yes !== true && !(await mayEnd(context, claudeCode, credential))) {
      context.io.stderr.write('Nothing has changed.\n');
      return exitCode.interrupted;
    }
    const status = await claudeCode.logout({ credential });
    if (context.options.json) printJson(context, status);
    else
      printLines(context, ['Signed out of Claude Code, for every program that uses that settings folder.']);
    return exitCode.ok;
  });
}

/** @throws UsageError without a terminal to ask on */
async function mayEnd(
  context: Context,
  claudeCode: ClaudeCodeClient,
  credential: string | undefined,
): Promise<boolean> {
  const { signOutAlsoEnds: sentence } = await claudeCode.status({ credential });
  // No sentence where there is no login to end, as in the sandbox: the sign-out itself says so.
  if (sentence === undefined) return true;
  const answer = await askYesNo(context.io, `${sentence}\nSign out?`);
  if (answer === null) throw new UsageError(`${sentence} Without a terminal, --yes agrees to that`);
  return answer;
}
