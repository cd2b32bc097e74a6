import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const password = 'a database’s password';
const group = { uuid: '{00112233-4455-6677-8899-aabbccddeeff}', base64: 'ABEiM0RVZneImaq7zN3u/w==' };
const startsWithinMs = 90_000;
const unlocksWithinMs = 15_000;

/** KeePassXC as the Secret Service of a bus, without a screen. */
export interface KeePassXc {
  /** Starts it with its database unlocked, or with the page that asks for the password, which nobody answers. */
  start(database: 'unlocked' | 'locked'): Promise<void>;
  /** How many entries it shows. */
  entries(): Promise<number>;
  /** As at the end of a desktop session. */
  stop(): Promise<void>;
}

/**
 * Makes a database whose root group is exposed, and settings with the service on and without confirmations. In its windows both are a matter
 * of a few clicks; a script names the group in the database's custom data, which the import of XML takes.
 * Source: KeePassXC 2.7.4, src/fdosecrets/FdoSecretsSettings.cpp and src/core/Config.cpp.
 * @param socket of a session bus that runs
 */
export async function makeKeePassXc(socket: string, directory: string): Promise<KeePassXc> {
  const place = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    QT_QPA_PLATFORM: 'offscreen',
    HOME: place('home'),
    XDG_CONFIG_HOME: place('config'),
    XDG_CACHE_HOME: place('cache'),
    XDG_RUNTIME_DIR: place('run'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
  };
  const file = (name: string): string => join(directory, name);
  const [database, settings] = [file('database.kdbx'), file('settings.ini')];
  writeFileSync(settings, settingsText);
  await makeDatabase(file('plain.xml'), database, environment);
  let stop = (): Promise<void> => Promise.resolve();

  /** What the service or a collection of it says of one of its members. */
  async function read(path: string, kind: string, member: string): Promise<string> {
    const call = ['call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', path];
    const method = [
      '--method',
      'org.freedesktop.DBus.Properties.Get',
      `org.freedesktop.Secret.${kind}`,
      member,
    ];
    const { stdout } = await promisify(execFile)('gdbus', [...call, ...method], { env: environment });
    return stdout;
  }
  /** Whether its database is shown in that state. */
  const isShown = (state: 'unlocked' | 'locked'): Promise<boolean> =>
    read('/org/freedesktop/secrets/aliases/default', 'Collection', 'Locked').then(
      (said) => said.includes(state === 'unlocked' ? 'false' : 'true'),
      () => false,
    );

  function open(state: 'unlocked' | 'locked'): void {
    const options = ['--config', settings, '--localconfig', file('local.ini')];
    const unlocks = state === 'unlocked' ? ['--pw-stdin'] : [];
    const program = spawn('keepassxc', [...options, ...unlocks, database], {
      env: environment,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    program.stdin.end(`${password}\n`);
    stop = async () => {
      if (program.exitCode !== null || program.signalCode !== null) return;
      program.kill('SIGKILL');
      await once(program, 'exit');
    };
  }

  return {
    async start(state) {
      const deadlineMs = performance.now() + startsWithinMs;
      while (performance.now() < deadlineMs) {
        open(state);
        const giveUpAtMs = performance.now() + unlocksWithinMs;
        while (performance.now() < giveUpAtMs) {
          if (await isShown(state)) return;
          await sleep(100);
        }
        // An item was looked for before the password was read: then it waits in its own window for one, for good.
        await stop();
      }
      throw new Error(`KeePassXC does not show its database ${state}`);
    },
    entries: async () => {
      const items = await read('/org/freedesktop/secrets/aliases/default', 'Collection', 'Items');
      return items.match(/'\/org/g)?.length ?? 0;
    },
    stop: () => stop(),
  };
}

const settingsText = `[General]
ConfigVersion=2
SingleInstance=false
UpdateCheckMessageShown=true
[GUI]
CheckForUpdates=false
[Security]
LockDatabaseIdle=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem=false
ConfirmDeleteItem=false
`;

async function makeDatabase(xml: string, database: string, env: NodeJS.ProcessEnv): Promise<void> {
  writeFileSync(
    xml,
    `<?xml version="1.0" encoding="UTF-8"?>
    <KeePassFile>
      <Meta>
        <Generator>Postern’s tests</Generator>
        <DatabaseName>tests</DatabaseName>
        <CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>${group.uuid}</Value></Item></CustomData>
      </Meta>
      <Root><Group><UUID>${group.base64}</UUID><Name>Root</Name></Group></Root>
    </KeePassFile>`,
  );
  const program = spawn('keepassxc-cli', ['import', '--set-password', xml, database], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  program.stdin.end(`${password}\n${password}\n`);
  const [code] = await once(program, 'exit');
  rmSync(xml);
  if (code !== 0) throw new Error('no database was made; KeePassXC is there by apt-get install keepassxc');
}
