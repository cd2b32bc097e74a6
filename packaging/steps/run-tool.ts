import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a tool without a shell and gives what it printed. @throws Error with all it said, where it fails or is not there */
export async function runTool(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (cause) {
    const { code, stdout = '', stderr = '' } = cause as { code?: unknown; stdout?: string; stderr?: string };
    const why = code === 'ENOENT' ? 'it is not installed' : `${stdout}${stderr}`.trim();
    throw new Error(`${program} ${args.join(' ')}\n${why}`, { cause });
  }
}
