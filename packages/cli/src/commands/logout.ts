import type { SignedOut } from '@postern/contract';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { withUseCases } from '../with-use-cases.ts';

/** What became of the revocation. Only a sidecar lives on to try again: nothing of a sign-out rests on the disk. */
function sentenceOf(revocation: SignedOut['revocation'], sidecarRuns: boolean): string {
  switch (revocation) {
    case 'done':
      return 'Signed out here and at the server.';
    case 'unsupported':
      return 'Signed out here. The server has no way of being told.';
    case 'pending':
      return sidecarRuns
        ? 'Signed out here. The server could not be told yet; Postern tries again by itself.'
        : 'Signed out here. The server could not be told, and nothing tries again: end the sign-in at the server, too.';
  }
}

/** Signs out; signing out twice is no error. */
export async function logout(context: Context, options: { readonly claudeCode?: boolean }): Promise<number> {
  if (options.claudeCode === true) return await logoutOfClaudeCode(context);
  return await withUseCases(context, { create: false, memory: false }, async ({ auth }, running) => {
    const signedOut = await auth.signOut();
    if (context.options.json) printJson(context, signedOut);
    else printLines(context, [sentenceOf(signedOut.revocation, running !== null)]);
    return exitCode.ok;
  });
}

function logoutOfClaudeCode(context: Context): Promise<number> {
  return withUseCases(context, { create: true, memory: true }, async ({ claudeCode }) => {
    const status = await claudeCode.logout();
    if (context.options.json) printJson(context, status);
    else printLines(context, ['Signed out of Claude Code, for every program that uses that sign-in.']);
    return exitCode.ok;
  });
}
