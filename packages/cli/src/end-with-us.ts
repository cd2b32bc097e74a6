import { spawn } from 'node:child_process';
import type { Context } from './context.ts';

/**
 * Waits for the end of its input. Without the line `done` before it, our side was killed: it ends process `$1` and what that had started,
 * children first, and after five seconds kills what is left of them. For a POSIX shell; without `ps` it ends `$1` alone.
 */
const watch = `family() {
  for p in $(ps -A -o pid= -o ppid= 2>/dev/null | while read -r p q; do [ "$q" = "$1" ] && echo "$p"; done); do family "$p"; done
  echo "$1"
}
IFS= read -r end
[ "$end" = done ] && exit 0
all=$(family "$1")
kill -s TERM $all 2>/dev/null
for s in 1 2 3 4 5; do
  sleep 1
  left=
  for p in $all; do kill -s 0 "$p" 2>/dev/null && left="$left $p"; done
  all=$left
  [ -z "$all" ] && exit 0
done
kill -s KILL $all 2>/dev/null
exit 0`;

/**
 * From now on a process ends with this one, even where this one is killed outright; its calls are refused besides, once its lease has ended.
 * Not on Windows, which has no such shell. Costs a shell that waits.
 * @returns to be called when the process has ended; resolves once nothing watches it
 */
export function endWithUs(
  { environment, platform }: Pick<Context, 'environment' | 'platform'>,
  pid: number,
): () => Promise<void> {
  if (platform === 'win32') return async () => undefined;
  const watcher = spawn('sh', ['-c', watch, 'postern-watch', String(pid)], {
    ...{ cwd: '/', env: { ...environment }, stdio: ['pipe', 'ignore', 'ignore'] },
    // Ctrl-C and the end of the terminal are for the program.
    detached: true,
  });
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  watcher.once('exit', () => resolve());
  // Without one the lease still ends.
  watcher.once('error', () => resolve());
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return async () => {
    watcher.ref();
    watcher.stdin.end('done\n');
    await isOver;
  };
}
