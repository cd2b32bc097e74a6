import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaudeCodeClient } from '@postern/client';
import type { ClaudeCodeStatus } from '@postern/contract';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askLine, canAsk } from '../terminal.ts';
import { withUseCases } from '../with-use-cases.ts';

/** The program does not report when it is done, so its status is polled. */
const lookEveryMs = 1_000;

/** Which account a login is for, and what ends it. */
interface LoginCall {
  readonly credential: string | undefined;
  readonly signal: AbortSignal;
}

/** Has the program's own login started, which opens the browser itself, and waits for its end; Ctrl-C cancels it. */
export function loginToClaudeCode(context: Context, credential: string | undefined): Promise<number> {
  return withUseCases(context, { create: true, memory: true }, ({ claudeCode }) =>
    signIn(context, claudeCode, credential),
  );
}

async function signIn(
  context: Context,
  claudeCode: ClaudeCodeClient,
  credential: string | undefined,
): Promise<number> {
  const { io } = context;
  const interrupt = new AbortController();
  const stopListening = io.onInterrupt(() => interrupt.abort());
  const done = new AbortController();
  const signal = AbortSignal.any([interrupt.signal, done.signal]);
  const call = { credential, signal };
  try {
    const started = await claudeCode.login(call);
    io.stderr.write('Claude Code opens its own sign-in in your browser. Waiting…\n');
    void passOnPasted(context, claudeCode, call);
    const status = await untilEnded(context, claudeCode, started, call);
    if (context.options.json) printJson(context, { event: 'signed_in', ...status });
    else
      printLines(context, [
        `Signed in to Claude Code${status.account?.email ? ` as ${status.account.email}` : ''}.`,
      ]);
    return exitCode.ok;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    await claudeCode.cancel({ credential });
    io.stderr.write('Cancelled. Nothing has changed.\n');
    return exitCode.interrupted;
  } finally {
    done.abort();
    stopListening();
  }
}

async function untilEnded(
  context: Context,
  claudeCode: ClaudeCodeClient,
  started: ClaudeCodeStatus,
  call: LoginCall,
): Promise<ClaudeCodeStatus> {
  let shown = false;
  for (let status = started; ; status = await claudeCode.status(call)) {
    const url = status.pendingLogin?.authorizationUrl ?? null;
    if (url !== null && !shown) {
      shown = true;
      if (context.options.json) printJson(context, { event: 'sign_in_started', authorizationUrl: url });
      else printLines(context, ['For a browser elsewhere, and a code to paste here:', '', `  ${url}`, '']);
    }
    if (status.state === 'signed_in' && status.pendingLogin === null) return status;
    if (status.state === 'unavailable') throw new CommandError('agent_program_missing');
    if (status.pendingLogin === null && status.state !== 'pending')
      throw new CommandError('sign_in_cancelled', status.lastError?.title ?? null);
    await sleep(lookEveryMs, undefined, { signal: call.signal });
  }
}

async function passOnPasted(context: Context, claudeCode: ClaudeCodeClient, call: LoginCall): Promise<void> {
  if (!canAsk(context.io)) return;
  const line = await askLine(context.io, 'Or paste the code that the page shows: ', call);
  // What becomes of it is read off the status, like every other end.
  if (line !== null && line !== '') await claudeCode.login({ ...call, pasted: line }).catch(() => undefined);
}
