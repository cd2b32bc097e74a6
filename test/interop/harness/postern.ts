import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthStatus } from '@postern/contract';
import { type Sidecar, startSidecar } from '../../faults/harness/start-sidecar.ts';
import { runTo } from './run-to.ts';

const program = fileURLToPath(new URL('./postern-at.program.ts', import.meta.url));

/** One person's Postern in live mode, in folders of its own, with one fixed port: servers register a whole redirect URI. */
export interface Postern {
  readonly redirectUri: string;
  /** The one that runs now. */
  sidecar(): Sidecar;
  /** With these variables; without, as the last time. */
  start(variables?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
  status(): Promise<AuthStatus>;
  /** Moves the clock of everything of this Postern to a second past the end of the access token. */
  passExpiry(): Promise<void>;
  /** `postern token` in this many processes at once: what each printed. The sidecar must not run. */
  tokens(processes: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Makes one, not started yet. */
export async function makePostern(): Promise<Postern> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-interop-')));
  const port = await freePort();
  const dataDir = join(root, 'data');
  let running: Sidecar | null = null;
  let environment: Readonly<Record<string, string>> = {};
  let shiftMs = 0;
  const redirectUri = `http://127.0.0.1:${port}/auth/anthropic/callback`;
  const sidecar = (): Sidecar => {
    if (running === null) throw new Error('the sidecar does not run');
    return running;
  };
  const status = async (): Promise<AuthStatus> =>
    (await sidecar().call('GET', '/auth/anthropic/status')).body as unknown as AuthStatus;
  return {
    redirectUri,
    sidecar,
    status,
    start: async (variables) => {
      if (variables !== undefined)
        environment = {
          ...{ HOME: root, POSTERN_PASSPHRASE: 'a passphrase of the suite' },
          ...{ POSTERN_OAUTH_REDIRECT_URI: redirectUri },
          ...variables,
        };
      const args = ['--live', '--port', String(port), '--store', 'passphrase_file'];
      running = await startSidecar({ dataDir, environment, args });
      if (shiftMs !== 0) await running.setClock(shiftMs);
    },
    stop: async () => {
      await running?.stop();
      running = null;
    },
    passExpiry: async () => {
      const { expiresAt } = await status();
      if (expiresAt === null) throw new Error('there is no access token that could end');
      shiftMs = Date.parse(expiresAt) - Date.now() + 1_000;
      await sidecar().setClock(shiftMs);
    },
    tokens: async (processes) => {
      const command = ['token', '--live', '--store', 'passphrase_file', '--data-dir', dataDir];
      const all = Array.from({ length: processes }, async () => {
        const child = spawn(process.execPath, [program, String(shiftMs), ...command], {
          env: { PATH: process.env['PATH'], ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const { exitCode, stdout, stderr } = await runTo(child);
        return exitCode === 0 ? stdout.trim() : `exit ${exitCode}: ${stderr.trim()}`;
      });
      return await Promise.all(all);
    },
    close: async () => {
      await running?.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
