import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const password = 'a keyring’s password';
const toInstall = 'Install it: apt-get install gnome-keyring dbus libsecret-1-0';

/** A real Secret Service on a bus of its own, for the tests: gnome-keyring with private directories and an unlocked keyring. */
export interface SecretService {
  /** For `DBUS_SESSION_BUS_ADDRESS`. */
  readonly address: string;
  lock(): void;
  unlock(): void;
  /** Ends bus and keyring, as at the end of a desktop session. */
  stop(): Promise<void>;
}

/** Starts a bus below `directory` and, unless only the bus is wanted, a keyring on it. */
export async function startSecretService(directory: string, keyring = true): Promise<SecretService> {
  const place = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const environment = {
    PATH: process.env['PATH'],
    HOME: place('home'),
    XDG_DATA_HOME: place('share'),
    XDG_CONFIG_HOME: place('config'),
    XDG_CACHE_HOME: place('cache'),
    XDG_RUNTIME_DIR: place('run'),
  };
  const configuration = join(directory, 'bus.conf');
  writeFileSync(configuration, busConfiguration(join(directory, 'bus')));
  const bus = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${configuration}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await firstLine(bus);
  const onBus = { ...environment, DBUS_SESSION_BUS_ADDRESS: address };
  const run = (command: string, programArguments: readonly string[], input = ''): void => {
    execFileSync(command, programArguments, { env: onBus, input, stdio: ['pipe', 'ignore', 'ignore'] });
  };
  const daemon = keyring
    ? spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
        env: onBus,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
    : null;
  if (daemon !== null) {
    daemon.stdin?.end(password);
    await running(daemon);
    run('gdbus', ['wait', '--session', '--timeout', '20', 'org.freedesktop.secrets']);
  }
  return {
    address,
    lock: () =>
      run('dbus-send', [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        'array:objpath:/org/freedesktop/secrets/collection/login',
      ]),
    unlock: () => run('gnome-keyring-daemon', ['--unlock'], password),
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

async function running(program: ChildProcess): Promise<void> {
  try {
    await once(program, 'spawn');
  } catch (error) {
    throw new Error(`${program.spawnfile} cannot be started. ${toInstall}`, { cause: error });
  }
}

async function firstLine(program: ChildProcess): Promise<string> {
  await running(program);
  if (program.stdout === null) throw new Error('no output to read');
  const [line] = await once(createInterface({ input: program.stdout }), 'line');
  return String(line);
}
