import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { posternUnderTest } from '../../postern-under-test.ts';

/** How a command ended, as a script that started it sees it. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `postern <args>` without a terminal, as a script does. */
export async function runPostern(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  return await run(process.execPath, [posternUnderTest, ...args], environment);
}

/** The same on a terminal of its own, by `script` of util-linux; both outputs come as one. */
export async function runPosternOnTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const command = [process.execPath, posternUnderTest, ...args].map((word) => `'${word}'`).join(' ');
  return await run('script', ['--quiet', '--return', '--command', command, '/dev/null'], environment);
}

async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}
