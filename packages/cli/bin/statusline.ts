import { homedir } from 'node:os';
import { bypassProxyForLoopback } from '../src/bypass-proxy-for-loopback.ts';
import { currentFolder } from '../src/current-folder.ts';
import { guardOutput } from '../src/guard-output.ts';
import { simpleStatusline } from '../src/statusline/run-statusline.ts';

/**
 * Prints the line for a status bar. It has a file of its own, and as installed it is no ES module: a bar waits for it every few seconds, and
 * loading modules took half of that. @returns false where nothing was done, because the whole command line has to read these arguments
 */
export function printStatusline(argv: readonly string[]): boolean {
  const run = simpleStatusline(argv);
  if (run === null) return false;
  // Node opens its inspector on this signal, to every program of the same user, unless it has a listener.
  process.on('SIGUSR1', () => undefined);
  bypassProxyForLoopback(process.env);
  const { env: environment, platform } = process;
  const options = { environment, platform, cwd: currentFolder(), homeDir: homedir() };
  const running = run({ ...options, io: process });
  const exitCodeOf = guardOutput();
  void running.then((code) => {
    process.exitCode = exitCodeOf(code);
  });
  return true;
}
