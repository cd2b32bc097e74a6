import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A user that owns nothing and is in no group of ours. */
const nobody = 65_534;

/**
 * Runs a script of bash as another user of this machine and gives what it printed.
 * @throws Error where this process may not become another user: only root may
 */
export async function asOtherUser(script: string): Promise<string> {
  if (process.getuid?.() !== 0)
    throw new Error('This test becomes another user of the machine: run it as root, in a container.');
  const shell = spawn('bash', ['-s'], {
    uid: nobody,
    gid: nobody,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  shell.stdin.end(script);
  const [out, error] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
  return `${out}${error}`;
}

/** A script that sends a request over bash's own TCP and prints the answer; an answer ends with the connection. */
export function requestScript(port: number, lines: readonly string[], body = ''): string {
  const head = [...lines, `Host: 127.0.0.1:${port}`, 'Connection: close', ''].map((line) => `${line}\\r\\n`);
  return `exec 3<>/dev/tcp/127.0.0.1/${port} && printf '${head.join('')}${body}' >&3 && cat <&3; exec 3>&-; echo\n`;
}
