import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { LeaseGrant } from '@postern/contract';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { commandLine, keeperScript, starterScript } from './remote-scripts.ts';

/** What is run where. */
export interface RemoteRun {
  /** As ssh takes it. */
  readonly host: string;
  readonly command: readonly string[];
  readonly grant: Pick<LeaseGrant, 'baseUrl' | 'secret'>;
  readonly model: string | undefined;
  /** Who passes signals on from now. */
  readonly onSignal: (pass: (signal: NodeJS.Signals) => void) => void;
}

type Keeper = ChildProcessByStdio<Writable, Readable, null>;

/** Why nothing was run, in a sentence. */
class NotConnected extends Error {}

/** Of ssh itself, or of the program. Source: ssh(1), EXIT STATUS. */
const sshFailed = 255;
/** How long the keeper may take to clean up on the other machine. */
const leaveMs = 5_000;

/**
 * Runs a program on another machine with a lease of this one: over one connection of the user's own ssh, with its configuration. A port on
 * the other machine's loopback leads to the gateway here; it, the secret and the program end with the connection. The exit code is the
 * program's. Source: ssh(1), ControlMaster, `-O forward` and "Allocated port"; OpenSSH 9.2.
 */
export async function runOverSsh(context: Context, run: RemoteRun): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-ssh-'));
  const socket = join(folder, 's');
  let keeper: Keeper | null = null;
  try {
    keeper = startKeeper(context, run.host, socket);
    // A signal before the program runs ends the connection.
    run.onSignal((signal) => keeper?.kill(signal));
    const remoteFolder = await firstLine(keeper);
    const port = await forward(context, run, socket);
    keeper.stdin.write(`${run.grant.secret}\n`);
    const { code, isOver } = await runStarter(context, run, socket, { remoteFolder, port });
    if (isOver) keeper.stdin.end('done\n');
    return code;
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    context.io.stderr.write(printable(`postern: ${error.message}\n`));
    return exitCode.unavailable;
  } finally {
    if (keeper !== null) await ended(keeper);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The connection, and what keeps the secret for the program until it has come. */
function startKeeper({ environment, cwd }: Context, host: string, socket: string): Keeper {
  const options = ['-M', '-S', socket, '-T', '-o', 'ControlPersist=no'];
  const child = spawn('ssh', [...options, '--', host, commandLine(['sh', '-c', keeperScript])], {
    ...{ cwd: cwd ?? undefined, env: { ...environment }, stdio: ['pipe', 'pipe', 'inherit'] },
    // Ctrl-C is for the program.
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  return child;
}

/** The folder that the keeper made. @throws NotConnected */
async function firstLine(keeper: Keeper): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  keeper.once('error', (error: NodeJS.ErrnoException) =>
    reject(new NotConnected(`ssh cannot be started (${error.code ?? 'unknown'}).`)),
  );
  keeper.once('close', (code) =>
    reject(new NotConnected(`there is no connection (ssh ended with ${code}).`)),
  );
  createInterface({ input: keeper.stdout }).once('line', resolve);
  return await promise;
}

/** The port there that leads to the gateway here. @throws NotConnected */
async function forward(
  { environment, cwd }: Context,
  { host, grant }: RemoteRun,
  socket: string,
): Promise<number> {
  const target = `127.0.0.1:0:127.0.0.1:${new URL(grant.baseUrl).port}`;
  const child = spawn('ssh', ['-S', socket, '-O', 'forward', '-R', target, '--', host], {
    ...{ cwd: cwd ?? undefined, env: { ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  const port = Number(said.trim());
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new NotConnected('no port can be forwarded: the other machine allows none (AllowTcpForwarding).');
  return port;
}

async function runStarter(
  { environment, cwd, io }: Context,
  { host, command, model = '', onSignal }: RemoteRun,
  socket: string,
  { remoteFolder, port }: { readonly remoteFolder: string; readonly port: number },
): Promise<{ readonly code: number; readonly isOver: boolean }> {
  const words = ['sh', '-c', starterScript, 'postern', remoteFolder, `http://127.0.0.1:${port}`, model];
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true;
  const child = spawn(
    'ssh',
    ['-S', socket, isTerminal ? '-t' : '-T', '--', host, commandLine([...words, ...command])],
    { cwd: cwd ?? undefined, env: { ...environment }, stdio: 'inherit' },
  );
  let passed: NodeJS.Signals | null = null;
  onSignal((signal) => {
    if (signal === 'SIGINT' && isTerminal) return;
    passed = signal;
    child.kill(signal);
  });
  return await new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const ending = passed ?? signal;
      // ssh passes no signal on and exits with 255 of its own: the program may still run there.
      if (ending !== null) resolve({ code: 128 + constants.signals[ending], isOver: false });
      else resolve({ code: code ?? exitCode.software, isOver: code !== sshFailed });
    });
  });
}

/** Its end removes what it had made there. */
async function ended(keeper: Keeper): Promise<void> {
  keeper.stdin.end();
  if (keeper.exitCode !== null || keeper.signalCode !== null || keeper.pid === undefined) return;
  const timer = setTimeout(() => keeper.kill('SIGKILL'), leaveMs);
  await new Promise((resolve) => keeper.once('exit', resolve));
  clearTimeout(timer);
}
