import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server under test, in a process of its own. */
export interface ServerProgram extends AsyncDisposable {
  readonly port: number;
  readonly clientId: string;
  /** Ends every sign-in of the person at the server, as its administrator does. */
  endSignIns(): Promise<void>;
  /** What it wrote to standard error. */
  log(): string;
}

/** What a program under `servers/` prints once it listens. */
interface ReadyLine {
  readonly port: number;
  readonly clientId: string;
}

/** Starts `servers/<name>.mjs` and waits until it listens. @throws Error with what it said, where it ends before */
export async function startServerProgram(
  name: string,
  { origin, redirectUri }: { readonly origin: string; readonly redirectUri: string },
): Promise<ServerProgram> {
  const file = fileURLToPath(new URL(`../servers/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [file, origin, redirectUri], { stdio: ['pipe', 'pipe', 'pipe'] });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${name} ended:\n${log}`);
      if (value.startsWith('{')) return JSON.parse(value) as Record<string, unknown>;
      log += `${value}\n`;
    }
  };
  const { port, clientId } = (await line()) as unknown as ReadyLine;
  return {
    port,
    clientId,
    endSignIns: async () => {
      child.stdin.write('end\n');
      await line();
    },
    log: () => log,
    async [Symbol.asyncDispose]() {
      process.off('exit', endWithUs);
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}
