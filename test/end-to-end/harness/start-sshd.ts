import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { waitUntil } from './wait-until.ts';

/** A machine that is reached over ssh: this one, on loopback, with keys of its own. */
export interface Sshd {
  /** As `--ssh` takes it. */
  readonly host: string;
  /** A PATH whose `ssh` knows that host and the key for it, and reads nothing of this user's. */
  readonly path: string;
  /** What temporary files are there now. */
  temporary(): readonly string[];
  stop(): Promise<void>;
}

const programs = ['/usr/sbin/sshd', '/usr/bin/sshd'];

/** Starts it. @param options lines of sshd_config beside its own */
export async function startSshd(options: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-sshd-'));
  const at = (name: string): string => join(folder, name);
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  execFileSync('cp', [at('user.pub'), at('authorized')]);
  const port = await freePort();
  mkdirSync(at('tmp'));
  mkdirSync(at('bin'));
  // Where it runs as root, it wants this folder, which a package makes at boot.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at('host')}`, 'PidFile none', 'UsePAM no'],
    ...[`AuthorizedKeysFile ${at('authorized')}`, 'StrictModes no', 'PasswordAuthentication no'],
    ...[`SetEnv TMPDIR=${at('tmp')} ANTHROPIC_API_KEY=sk-ant-of-that-machine`, ...options],
  ];
  writeFileSync(at('sshd_config'), `${lines.join('\n')}\n`);
  const program = programs.find(existsSync) ?? 'sshd';
  const child = spawn(program, ['-D', '-e', '-f', at('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (piece: Buffer) => {
    log += piece.toString();
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await waitUntil('sshd listens', () => /Server listening/.test(log) || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`);
  const config = [
    'Host far',
    ...['HostName 127.0.0.1', `Port ${port}`, `User ${userInfo().username}`, `IdentityFile ${at('user')}`],
    ...['IdentitiesOnly yes', 'IdentityAgent none', 'StrictHostKeyChecking no', 'LogLevel ERROR'],
    `UserKnownHostsFile ${at('known')}`,
  ];
  writeFileSync(at('ssh_config'), `${config.join('\n  ')}\n`);
  const ssh = execFileSync('sh', ['-c', 'command -v ssh']).toString().trim();
  writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec ${ssh} -F ${at('ssh_config')} "$@"\n`);
  chmodSync(at('bin/ssh'), 0o755);
  return {
    host: 'far',
    path: [at('bin'), process.env['PATH'] ?? ''].join(delimiter),
    temporary: () => readdirSync(at('tmp')),
    async stop() {
      child.kill();
      await closed;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
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
