import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ReadyLine, SidecarFile } from '@postern/contract';
import { processesOf } from '../../test/end-to-end/harness/processes.ts';

/** A sidecar that was started by its script. */
export interface StartedScript extends AsyncDisposable {
  readonly ready: ReadyLine;
  /** From the start of the process to its ready line. */
  readonly readyAfterMs: number;
  /** Bearer of this launch. */
  readonly token: string;
  /** Programs that run on its behalf now, without itself. */
  programs(): readonly number[];
}

/** Without an account, and with a service that cannot be reached: nothing is asked of anybody. */
export const liveArguments = ['--live', '--store', 'memory'] as const;
export const sandboxArguments = ['--sandbox'] as const;

/** Nobody listens there. */
const unreachable = 'http://127.0.0.1:9';

/** How long a script takes from its start to its end. @throws Error where it fails */
export async function runMs(nodeArguments: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const [exitCode] = await once(spawn(process.execPath, nodeArguments, { stdio: 'ignore' }), 'close');
  if (exitCode !== 0) throw new Error(`node ${nodeArguments.join(' ')} ended with ${exitCode}`);
  return performance.now() - startedAt;
}

/**
 * Starts `<script> start` in folders of its own and waits for its ready line.
 * @param apiBaseUrl the service of a sidecar that runs live
 * @throws Error where it ends before
 */
export async function startScript(
  script: string,
  more: readonly string[],
  apiBaseUrl = unreachable,
): Promise<StartedScript> {
  const root = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const dataDir = join(root, 'data');
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [script, 'start', ...more, '--no-open', '--json', '--port', '0', '--data-dir', dataDir],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], HOME: root, POSTERN_API_BASE_URL: apiBaseUrl },
    },
  );
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const closed = once(child, 'close');
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await closed;
    process.off('exit', endWithUs);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const readyAfterMs = performance.now() - startedAt;
  if (line.done === true || !line.value.startsWith('{"event":"ready"')) {
    await end();
    throw new Error(`${script} did not start: ${line.value}`);
  }
  const { token } = JSON.parse(readFileSync(join(dataDir, 'sidecar.json'), 'utf8')) as SidecarFile;
  return {
    ready: JSON.parse(line.value) as ReadyLine,
    readyAfterMs,
    token,
    programs: () =>
      processesOf(root)
        .map(({ pid }) => pid)
        .filter((pid) => pid !== child.pid),
    [Symbol.asyncDispose]: end,
  };
}
