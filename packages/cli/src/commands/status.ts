import { type AuthStatus, type CredentialView, type UsageWindow, usageNoticeText } from '@postern/contract';
import type { Context } from '../context.ts';
import type { RunningSidecar } from '../find-sidecar.ts';
import { columns, printJson, printLines, shortInstant } from '../print.ts';
import { type StartingSidecar, startingInWords, startingSidecar } from '../starting-sidecar.ts';
import { statusExitCode, usability } from '../usability.ts';
import type { UseCases } from '../use-cases.ts';
import { sandboxSentence, withUseCases } from '../with-use-cases.ts';

const needs = { create: false, memory: false, saysSandbox: true };

/** Prints how the sign-in and every credential is doing; the exit code says it in short. */
export async function status(context: Context): Promise<number> {
  // Another process that asked the keychain now would open a second window of its own.
  const starting = await startingSidecar(context);
  if (starting !== null) return printStarting(context, starting);
  try {
    return await withUseCases(context, needs, async (useCases, running) => {
      await lookAtLogins(useCases);
      const [auth, credentials, windows] = await Promise.all([
        useCases.auth.status(),
        useCases.credentials(),
        // What a plan has left is no part of whether it works: where it cannot be read, the rest is said.
        useCases.usage().then(
          (usage) => usage.windows,
          () => [],
        ),
      ]);
      const word = usability(auth, credentials);
      if (context.options.json)
        printJson(context, { usable: word === 'usable', running: sidecar(running), ...auth, credentials });
      else printLines(context, statusLines(auth, credentials, running, windows));
      return statusExitCode[word];
    });
  } catch (error) {
    const word = unreachable.has(codeOf(error))
      ? 'unreachable'
      : needing.has(codeOf(error))
        ? 'needsUser'
        : null;
    if (word === null) throw error;
    const { reportError } = await import('../report-error.ts');
    reportError(error, context.io, context.options.json);
    return statusExitCode[word];
  }
}

function printStarting(context: Context, starting: StartingSidecar): number {
  if (context.options.json) printJson(context, { usable: 'unreachable', running: null, starting });
  else {
    const { state, nextStep } = startingInWords(starting);
    printLines(context, [`Postern:   ${state}`, `Next:      ${nextStep}`]);
  }
  return statusExitCode.unreachable;
}

/** The list has Claude Code logins as they were last seen: here each is looked at again first. */
async function lookAtLogins({ credentials, claudeCode }: UseCases): Promise<void> {
  const logins = (await credentials()).filter(({ kind }) => kind === 'claude_code');
  await Promise.all(logins.map(({ id: credential }) => claudeCode.status({ credential }).catch(() => null)));
}

/** The sign-in as the user reads it. Pure. */
export function statusLines(
  auth: AuthStatus,
  credentials: readonly CredentialView[],
  running: Pick<RunningSidecar, 'url' | 'health'> | null,
  windows: readonly UsageWindow[] = [],
): readonly string[] {
  const { account, activeCredential, lastError, pendingSignIn } = auth;
  const who = [account?.email, account?.organization].filter((each) => (each ?? '') !== '').join(', ');
  // Said of what has ended, it would be a promise.
  const isOver = auth.state === 'reauthorization_required';
  const lines = [
    ...(running?.health.mode === 'sandbox' ? [sandboxSentence] : []),
    running === null ? 'Postern:   not running' : `Postern:   ${running.url} (${running.health.version})`,
    `Sign-in:   ${stateSentence(auth)}${who === '' ? '' : ` (${who})`}`,
    `In use:    ${activeCredential === null ? 'none' : `${activeCredential.kind}. Paid by: ${activeCredential.payer}`}`,
    `Stored:    ${auth.store.kind}. ${auth.store.detail}`,
  ];
  if (auth.expiresAt !== null)
    lines.push(`Expires:   ${shortInstant(auth.expiresAt)}${auth.expiresSoon && !isOver ? ', soon' : ''}`);
  if (pendingSignIn !== null)
    lines.push(`Open:      a sign-in, until ${shortInstant(pendingSignIn.expiresAt)}`);
  lines.push(...nearlyUsedUp(windows).map((text) => `Plan:      ${text}`));
  if (lastError !== null) {
    const { title, detail = null, nextStep } = lastError;
    lines.push(`Last error: ${title}. ${detail === null ? '' : `${detail} `}${nextStep}`);
  }
  const rows = credentials.map((each) => [
    `  ${each.id}`,
    each.label,
    each.status,
    each.nextStep ?? each.reason ?? '',
  ]);
  return [...lines, '', 'Accounts, in payment order:', ...columns(rows)];
}

/** Of every window that is past 80 % and has not reset since it was seen, a sentence with the age of the reading. */
function nearlyUsedUp(windows: readonly UsageWindow[]): readonly string[] {
  return windows.flatMap((window) => {
    const { utilization, resetsAt, ageSeconds } = window;
    const isOver = resetsAt !== null && Date.parse(resetsAt) <= Date.now();
    if (utilization === null || utilization < 0.8 || isOver) return [];
    const notice = utilization >= 0.95 ? 'at_95' : 'at_80';
    const { text } = usageNoticeText({ ...window, notice }, (ms) => shortInstant(new Date(ms).toISOString()));
    return [`${text} Seen ${Math.round(ageSeconds / 60)} min ago.`];
  });
}

function stateSentence(auth: AuthStatus): string {
  switch (auth.state) {
    case 'signed_out':
      return 'Not signed in';
    case 'pending':
      return 'Continue in your browser';
    case 'signed_in':
      return auth.connected ? 'Signed in' : 'Signed in, not tried yet';
    case 'refresh_failing':
      return auth.connectAgain
        ? 'Ended, and the server refuses to renew it: sign in again'
        : 'Signed in, but renewal is failing';
    case 'reauthorization_required':
      return 'Ended: sign in again';
    case 'misconfigured':
      return 'The server refuses this installation';
  }
}

function sidecar(running: RunningSidecar | null) {
  if (running === null) return null;
  return { url: running.url, pid: running.pid, version: running.health.version, mode: running.health.mode };
}

/** Of another mode than was asked for is as good as not there. */
const unreachable: ReadonlySet<unknown> = new Set(['not_running', 'not_answering', 'data_dir_in_use']);

/** Without the user, what is sealed cannot be looked at. */
const needing: ReadonlySet<unknown> = new Set([
  'credential_store_locked',
  'passphrase_missing',
  'passphrase_wrong',
]);

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
