import type { Writable } from 'node:stream';
import { errorTable, type ReadyLine } from '@postern/contract';
import { type Composition, compose } from './compose.ts';
import {
  type Configuration,
  type Environment,
  readConfiguration,
  type StartOptions,
} from './composition/configuration.ts';
import { instanceLockPath } from './composition/instance-lock.ts';
import { type LastingOutput, lastingOutput } from './composition/lasting-output.ts';
import { findRunning, type Running, windowOfRunning } from './composition/running-sidecar.ts';
import { keepSidecarFile } from './composition/sidecar-file.ts';
import { noteStarting, type StartingNote } from './composition/starting-file.ts';
import { createLaunchToken, createTickets, launchTokenText, windowUrl } from './door/index.ts';
import { ConfigurationError, exitCodes, Failure, TransientError } from './errors/index.ts';
import { createHttpServer, createLog, type HttpServer, type Log } from './http/index.ts';
import { createKernelLock, ensurePrivateDirectory } from './store/index.ts';
import { version } from './version.ts';

/** What the entry point lends: where to write, how to ask, how to open a window, when to stop. */
export interface SidecarPorts {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Opens an address in a window and says whether it could; null: never opens one. */
  readonly openWindow: ((url: string) => Promise<boolean>) | null;
  /** Asks for the passphrase of `passphrase_file`; gives null without a terminal. */
  readonly askPassphrase: Parameters<typeof compose>[1]['askPassphrase'];
  /** Aborted when the process is asked to end. */
  readonly stop: AbortSignal;
}

/** The same, with output that its readers cannot break. */
interface LastingPorts extends Omit<SidecarPorts, 'stdout' | 'stderr'> {
  readonly stdout: LastingOutput;
  readonly stderr: LastingOutput;
  readonly log: Log;
}

/**
 * Runs the sidecar until it is stopped, and gives the exit code. Never throws a Failure: it prints it. It outlives the readers of its
 * output: what they no longer take is dropped.
 */
export async function runSidecar(
  options: StartOptions,
  environment: Environment,
  given: SidecarPorts,
): Promise<number> {
  const ports = lastingPorts(given, options, environment);
  try {
    const configuration = readConfiguration(options, environment);
    await ensurePrivateDirectory(configuration.dataDir);
    return await onlyOne(configuration, ports, async () => {
      const starting = noteStarting(configuration.dataDir);
      try {
        return await serve(configuration, ports, starting);
      } finally {
        starting.remove();
      }
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The question was taken back: that is how a start ends that is asked to.
    if (error.code === 'passphrase_missing' && ports.stop.aborted) return 0;
    const exitCode = error instanceof ConfigurationError ? error.exitCode : exitCodes.inputOutput;
    const { title, nextStep } = errorTable[error.code];
    ports.stderr.write(`${[...new Set([title, error.detail, nextStep])].join('\n')}\n`);
    if (options.json)
      ports.stdout.write(
        `${JSON.stringify({ event: 'error', code: error.code, detail: error.detail, exitCode })}\n`,
      );
    return exitCode;
  }
}

/** `isHeld` holds the lock for less than a millisecond while it looks. */
const lookedAtMs = 200;

/** Another that starts may take this long to say where it listens, and one that stops to let go. */
const patienceMs = 15_000;

/** Holds the data directory for the life of this sidecar; where another keeps it, brings that one's window up. */
async function onlyOne(
  configuration: Configuration,
  ports: LastingPorts,
  run: () => Promise<number>,
): Promise<number> {
  const { dataDir } = configuration;
  const lock = createKernelLock(instanceLockPath(dataDir), Date.now);
  const giveUpAt = performance.now() + patienceMs;
  let running = false;
  try {
    for (;;) {
      try {
        return await lock.exclusively(
          () => {
            running = true;
            return run();
          },
          { timeoutMs: lookedAtMs },
        );
      } catch (error) {
        if (running || !(error instanceof TransientError)) throw error;
      }
      const found = await findRunning(dataDir, giveUpAt);
      if (found === null)
        throw new ConfigurationError(
          'data_dir_in_use',
          exitCodes.unavailable,
          `The Postern that holds ${dataDir} does not answer.`,
        );
      if (found !== 'let_go') return await secondStart(configuration, ports, found);
    }
  } finally {
    await lock.close();
  }
}

async function secondStart(
  configuration: Configuration,
  ports: LastingPorts,
  { file, mode }: Running,
): Promise<number> {
  // A window of the real services in the place of the sandbox would cost money.
  if (mode !== configuration.mode)
    throw new ConfigurationError(
      'data_dir_in_use',
      exitCodes.unavailable,
      `A Postern with --${mode} runs in ${configuration.dataDir}, and this start is --${configuration.mode}.`,
    );
  ports.stdout.write(
    configuration.json
      ? `${JSON.stringify({ event: 'already_running', url: file.url, pid: file.pid })}\n`
      : `Postern is already running at ${file.url}\n`,
  );
  if (configuration.open && ports.openWindow !== null) {
    const url = await windowOfRunning(file);
    if (url !== null) await ports.openWindow(url);
  }
  return 0;
}

/** @param starting removed as soon as it can be found where it listens */
async function serve(
  configuration: Configuration,
  ports: LastingPorts,
  starting: StartingNote,
): Promise<number> {
  const { log } = ports;
  const token = createLaunchToken();
  const tickets = createTickets({ clock: Date.now });
  const stopping = new AbortController();
  const stop = AbortSignal.any([ports.stop, stopping.signal]);
  let port = configuration.port.number;
  const composition = await compose(configuration, {
    log: (line) => log.info(line),
    sidecarPort: () => port,
    alone: false,
    stop,
    askPassphrase: ports.askPassphrase,
    waitsFor: (what) => starting.waitsFor(what),
  });
  let server: HttpServer | null = null;
  let removeFile = (): void => undefined;
  try {
    if (stop.aborted) return 0;
    server = await buildServer(configuration, composition, {
      log,
      token,
      tickets,
      stop: () => stopping.abort(),
    });
    const url = await listen(server, configuration);
    port = Number(new URL(url).port);
    const file = {
      pid: process.pid,
      url,
      token: launchTokenText(token),
      startedAt: new Date().toISOString(),
      version,
    };
    removeFile = keepSidecarFile(configuration.dataDir, file, (line) => log.warn(line));
    starting.remove();
    await announce(configuration, ports, composition, url, () => windowUrl(url, tickets.issue().ticket));
    void warnOfWorkspace(configuration, ports, composition.agent);
    if (!stop.aborted)
      await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    return 0;
  } finally {
    removeFile();
    // Queries end first: their open streams still say how.
    await composition.agent.close();
    await server?.close();
    await composition.close();
  }
}

async function buildServer(
  configuration: Configuration,
  composition: Composition,
  of: {
    readonly log: Log;
    readonly token: ReturnType<typeof createLaunchToken>;
    readonly tickets: ReturnType<typeof createTickets>;
    readonly stop: () => void;
  },
): Promise<HttpServer> {
  const { settings, events, ...rest } = composition;
  return await createHttpServer({
    ...rest,
    ...of,
    version,
    mode: configuration.mode,
    policy: () => settings.read().fallback,
    subscribeEvents: (listener) => events.subscribe(listener),
    clock: Date.now,
  });
}

/** A given port is required; the default one yields to a program that already has it. */
async function listen(server: HttpServer, { port }: Configuration): Promise<string> {
  try {
    return (await server.listen(port.number)).url;
  } catch (error) {
    if (port.given || !(error instanceof ConfigurationError) || error.code !== 'port_taken') throw error;
    return (await server.listen(0)).url;
  }
}

async function announce(
  configuration: Configuration,
  ports: LastingPorts,
  composition: Composition,
  url: string,
  newWindowUrl: () => string,
): Promise<void> {
  const ready: ReadyLine = {
    event: 'ready',
    url,
    gatewayUrl: composition.gateway.url,
    sandboxUrl: composition.sandboxUrl,
    dataDir: configuration.dataDir,
    pid: process.pid,
    version,
  };
  if (configuration.json) ports.stdout.write(`${JSON.stringify(ready)}\n`);
  else {
    ports.stdout.write(`Postern ${version} is ready at ${url}\n`);
    if (configuration.mode === 'sandbox') ports.stdout.write('Sandbox: no real account, no cost.\n');
    const store = composition.store.health();
    if (!store.persisted) ports.stdout.write(`${store.detail}\n`);
    if (composition.store.warning !== null) ports.stdout.write(`${composition.store.warning}\n`);
  }
  if (!configuration.open) return;
  const opened = ports.openWindow !== null && (await ports.openWindow(newWindowUrl()));
  if (!opened && !configuration.json)
    ports.stdout.write(
      `No window could be opened. Open this address within a minute, it works once:\n  ${newWindowUrl()}\nAnother one: postern open\n`,
    );
}

/** Before the first question: without a folder of its own every conversation needs a chosen one. Looks beside the ready line. */
async function warnOfWorkspace(
  { json }: Configuration,
  { stdout, log }: LastingPorts,
  agent: Pick<Composition['agent'], 'ownWorkspace'>,
): Promise<void> {
  const look = await agent.ownWorkspace().catch(() => null);
  if (look === null || look.parent !== null) return;
  const { title, nextStep } = errorTable.workspace_unavailable;
  if (json) log.warn({ code: 'workspace_unavailable', unusable: look.unusable }, title);
  else stdout.write(`${title}: ${look.unusable.join('; ')}.\n${nextStep}\n`);
}

function lastingPorts(ports: SidecarPorts, { json }: StartOptions, environment: Environment): LastingPorts {
  const stderr = lastingOutput(ports.stderr, (dropped) =>
    log.warn({ dropped }, 'log lines were dropped, because nothing read them'),
  );
  const log = createLog(stderr, logLevelOf(json, environment));
  return { ...ports, stdout: lastingOutput(ports.stdout, () => undefined), stderr, log };
}

function logLevelOf(json: boolean, environment: Environment): 'debug' | 'info' | 'warn' {
  if (environment['POSTERN_LOG'] === 'debug') return 'debug';
  // For the user the terminal stays quiet; a program reads the log from standard error.
  return json ? 'info' : 'warn';
}
