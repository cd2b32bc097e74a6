import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where Debian's packages put them. */
const programs = { bus: 'dbus-daemon', keyring: 'gnome-keyring-daemon' } as const;
const password = 'a keyring’s password';
const toInstall = 'Install it: apt-get install gnome-keyring dbus libsecret-1-0';

/** A real Secret Service on a bus of its own, for the tests: gnome-keyring with private directories and an unlocked keyring. */
export interface SecretService {
  lock(): Promise<void>;
  unlock(): Promise<void>;
  /** Ends bus and keyring, as at the end of a desktop session. */
  stop(): Promise<void>;
}

/**
 * Starts a bus at `socket` and, unless only the bus is wanted, a keyring on it that keeps its files below `directory`. The library reads
 * `DBUS_SESSION_BUS_ADDRESS` once a process, so all services of one must share a socket.
 */
export async function startSecretService(
  socket: string,
  directory: string,
  keyring = true,
): Promise<SecretService> {
  const place = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: place('home'),
    XDG_DATA_HOME: place('share'),
    XDG_CONFIG_HOME: place('config'),
    XDG_CACHE_HOME: place('cache'),
    XDG_RUNTIME_DIR: place('run'),
  };
  const configuration = join(directory, 'bus.conf');
  rmSync(socket, { force: true });
  writeFileSync(configuration, busConfiguration(socket));
  const bus = spawn(programs.bus, ['--nofork', '--print-address', `--config-file=${configuration}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await firstLine(bus);
  const onBus = { ...environment, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
  const run = async (command: string, programArguments: readonly string[]): Promise<void> => {
    const program = spawn(command, programArguments, { env: onBus, stdio: 'ignore' });
    const [code] = await once(program, 'exit');
    if (code !== 0) throw new Error(`${command} ended with ${code}`);
  };
  const daemon = keyring
    ? spawn(programs.keyring, ['--foreground', '--unlock', '--components=secrets'], {
        env: onBus,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
    : null;
  if (daemon !== null) {
    daemon.stdin?.end(password);
    await running(daemon);
    await run('gdbus', ['wait', '--session', '--timeout', '20', 'org.freedesktop.secrets']);
  }
  return {
    lock: () =>
      run('dbus-send', [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        'array:objpath:/org/freedesktop/secrets/collection/login',
      ]),
    unlock: () => unlockKeyring(join(environment.XDG_RUNTIME_DIR, 'keyring', 'control')),
    async stop() {
      for (const program of [daemon, bus]) {
        if (program === null || program.exitCode !== null || program.signalCode !== null) continue;
        const gone = once(program, 'exit');
        program.kill('SIGKILL');
        await gone;
      }
    },
  };
}

/** A session bus that activates nothing: what is not started by the test is not there. */
function busConfiguration(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
    "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig>
      <type>session</type>
      <listen>unix:path=${socket}</listen>
      <policy context="default">
        <allow send_destination="*" eavesdrop="true"/>
        <allow eavesdrop="true"/>
        <allow own="*"/>
      </policy>
    </busconfig>`;
}

/**
 * Unlocks a running keyring the way the login does: a credentials byte, then length, operation 1 and the password, and an answer of
 * length 8 with result 0. Source: gnome-keyring 42, pam/gkr-pam-client.c and daemon/control/gkd-control-codes.h.
 */
async function unlockKeyring(controlSocket: string): Promise<void> {
  const secret = Buffer.from(password);
  const packet = Buffer.alloc(12 + secret.length);
  packet.writeUInt32BE(packet.length, 0);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(secret.length, 8);
  secret.copy(packet, 12);
  const socket = connect(controlSocket);
  await once(socket, 'connect');
  socket.write(Buffer.concat([Buffer.alloc(1), packet]));
  const [answer] = await once(socket, 'data');
  socket.destroy();
  if (!Buffer.isBuffer(answer) || answer.readUInt32BE(4) !== 0)
    throw new Error('the keyring was not unlocked');
}

async function running(program: ChildProcess): Promise<void> {
  try {
    await once(program, 'spawn');
  } catch (error) {
    throw new Error(`${program.spawnfile} cannot be started. ${toInstall}`, { cause: error });
  }
}

/** Its address: from then on it can be reached. */
async function firstLine(program: ChildProcess): Promise<void> {
  await running(program);
  if (program.stdout === null) throw new Error('no output to read');
  await once(createInterface({ input: program.stdout }), 'line');
}
