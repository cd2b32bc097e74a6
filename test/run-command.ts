import { spawn } from 'node:child_process';

/** What a finished command said. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a program without a shell and collects what it prints; `show` passes it on as it comes. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly show?: boolean; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.environment ?? process.env,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (options.show === true) process.stdout.write(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
