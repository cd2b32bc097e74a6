import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { capDollars, dollars, type Lease, type LeaseGrant } from '@postern/contract';
import { inertJson } from '@postern/sidecar/inert-json';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { hereOf } from '../current-folder.ts';
import { endWithUs } from '../end-with-us.ts';
import type { RunningSidecar } from '../find-sidecar.ts';
import { type HeldLease, holdLease } from '../hold-lease.ts';
import { leasedEnvironment } from '../leased-environment.ts';
import { printable } from '../printable.ts';
import { runOverSsh } from '../ssh/run-over-ssh.ts';
import { startedSidecar } from '../started-sidecar.ts';
import { isAtTerminal } from '../terminal.ts';

/** What a lease is asked for with. */
export interface RunOptions {
  readonly credential?: string;
  readonly cap?: string;
  readonly for?: string;
  readonly model?: string;
  /** Where the program runs, as ssh takes it. Default: here. */
  readonly ssh?: string;
}

/** As long as a lease may hold: the program's end comes first, and ends it. */
const wholeWeekSeconds = 7 * 86_400;

/** Beside those that ask for an end: a program may have a use of its own for each. */
const passedOn = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Keys of a terminal, which sends them to the program as well, wherever its standard input comes from. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** What shells say of a program that is not there, or cannot be run. Source: POSIX.1-2024, Shell Command Language, 2.8.2. */
const notFound = 127;
const notRunnable = 126;

/**
 * Runs a program with a secret of its own in the place of every other way to pay. Says on standard error who pays before it starts, and
 * what it cost when it has ended. The exit code is the program's.
 */
export async function runProgram(
  context: Context,
  command: readonly string[],
  options: RunOptions,
): Promise<number> {
  const [program = '', ...args] = command;
  if (program.trim() === '') throw new UsageError('Name the program to run after --; an empty word is none');
  const host = options.ssh === undefined ? null : hostOf(options.ssh, context);
  // Before a lease is made.
  if (host === null) hereOf(context);
  const wish = {
    label: host === null ? labelOf(program) : `${labelOf(program)} on ${host}`.slice(0, 100),
    ...(options.credential === undefined ? {} : { credential: options.credential }),
    ...(options.cap === undefined ? {} : { capUsd: usdOf(options.cap) }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ttlSeconds: options.for === undefined ? wholeWeekSeconds : secondsOf(options.for),
    // Where we are killed, nothing else ends it before its time.
    held: true,
  };
  // A signal between the lease and the program must not leave the lease behind.
  let signalled: NodeJS.Signals | null = null;
  let pass = (signal: NodeJS.Signals): void => {
    // What nohup started goes on without its terminal.
    if (signal !== 'SIGHUP' || isAtTerminal(context.io)) signalled = signal;
  };
  const stopListening = context.io.onInterrupt((signal = 'SIGINT') => pass(signal), passedOn);
  try {
    const running = await startedSidecar(context)();
    const grant = await running.client.createLease(wish);
    const holding = new AbortController();
    let held: HeldLease = { sidecar: () => running };
    try {
      if (signalled !== null) return codeOfSignal(signalled);
      tellPayer(context, grant, wish.capUsd ?? null);
      held = holdLease(context, running, grant.leaseId, holding.signal);
      const onSignal = (to: typeof pass): void => {
        pass = to;
      };
      if (host !== null)
        return await runOverSsh(context, { host, command, grant, model: wish.model, onSignal });
      const environment = leasedEnvironment(context.environment, grant, wish.model);
      return await runToEnd(context, program, args, environment, onSignal);
    } finally {
      holding.abort();
      tellCost(context, await endOf(held.sidecar(), grant));
    }
  } finally {
    stopListening();
  }
}

/** The exit code of the program, as a shell would give it. */
async function runToEnd(
  context: Context,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onSignal: (pass: (signal: NodeJS.Signals) => void) => void,
): Promise<number> {
  const { io } = context;
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(program, args, { cwd: hereOf(context), env, stdio: 'inherit' });
  onSignal((signal) => {
    // A second one would mean something else.
    if (!fromTerminal.has(signal) || !isAtTerminal(io)) child.kill(signal);
  });
  child.once('exit', (code, signal) => resolve(code ?? codeOfSignal(signal ?? 'SIGKILL')));
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (child.pid !== undefined) return;
    io.stderr.write(`postern: ${printable(program)} cannot be started (${error.code ?? 'unknown'}).\n`);
    resolve(error.code === 'ENOENT' ? notFound : notRunnable);
  });
  const unwatch = child.pid === undefined ? null : endWithUs(context, child.pid);
  const code = await promise;
  await unwatch?.();
  return code;
}

function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function tellPayer(
  { io, options }: Context,
  { leaseId, credential, asks, expiresAt }: LeaseGrant,
  capUsd: number | null,
): void {
  if (options.json) {
    io.stderr.write(
      `${inertJson(JSON.stringify({ event: 'lease', leaseId, credential, asks, capUsd, expiresAt }))}\n`,
    );
    return;
  }
  const cap = capUsd === null ? 'no cap of its own' : `at most ${capDollars(capUsd)}`;
  const pays = asks
    ? `${credential.id} cannot pay now, and you will be asked whether another may`
    : `${credential.id} pays (${credential.payer})`;
  io.stderr.write(printable(`Postern: ${pays}; ${cap}.\n`));
}

type LeaseCost = Pick<Lease, 'leaseId' | 'calls' | 'spentUsd'>;

/** What it has cost; of one that ended before, by its receipts. Null where the sidecar is gone, or knows of none. */
async function endOf({ client }: RunningSidecar, { leaseId }: LeaseGrant): Promise<LeaseCost | null> {
  return await client
    .endLease(leaseId)
    .catch(async () => await costByReceipts(client, leaseId).catch(() => null));
}

/** A lease has a receipt for each session of its program. */
async function costByReceipts(client: RunningSidecar['client'], leaseId: string): Promise<LeaseCost | null> {
  const { items } = await client.receipts({ limit: mostReceipts });
  const own = items.filter(({ lease }) => lease?.leaseId === leaseId);
  if (own.length === 0) return null;
  const calls = own.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.calls, 0);
  return { leaseId, calls, spentUsd: own.reduce((sum, receipt) => sum + receipt.costUsd, 0) };
}

function tellCost({ io, options }: Context, lease: LeaseCost | null): void {
  if (options.json)
    io.stderr.write(`${JSON.stringify({ event: 'ended', ...(lease ?? { spentUsd: null }) })}\n`);
  else if (lease === null)
    io.stderr.write(
      'Postern: what it cost is not known here: Postern stopped meanwhile or does not answer, or the lease had ended. See postern receipts.\n',
    );
  else
    io.stderr.write(
      `Postern: ${dollars(lease.spentUsd)} at list prices, ${lease.calls} ${lease.calls === 1 ? 'call' : 'calls'}.\n`,
    );
}

/** Of a page. */
const mostReceipts = 200;

/** The program's name without its folder. */
function labelOf(program: string): string {
  return program.split(/[/\\]/).at(-1)?.trim().slice(0, 100) || 'a program';
}

/** ssh would take a word that begins with a hyphen for an option. */
function hostOf(text: string, { platform }: Pick<Context, 'platform'>): string {
  if (platform === 'win32')
    throw new UsageError('--ssh needs an ssh that shares connections, which there is none of on Windows');
  if (!/^[^-\s]\S{0,254}$/.test(text))
    throw new UsageError('--ssh must be a host as ssh takes it, such as me@host');
  return text;
}

function usdOf(text: string): number {
  const usd = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (usd === 0) throw new UsageError('--cap must be an amount of US dollars, such as 2.50');
  return usd;
}

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function secondsOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (secondsIn[unit] ?? 0);
  if (seconds < 1 || seconds > wholeWeekSeconds)
    throw new UsageError('--for must be a time of at most 7d, such as 90s, 30m, 2h or 1d');
  return seconds;
}
