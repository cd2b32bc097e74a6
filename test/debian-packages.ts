import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.ts';

/** Programs that the tests run, and the Debian packages they come in. */
const needed: readonly (readonly [program: string, packages: readonly string[]])[] = [
  ['chromium', ['chromium']],
  ['chromium-headless-shell', ['chromium-headless-shell']],
  ['gnome-keyring-daemon', ['gnome-keyring', 'libsecret-1-0']],
  ['keepassxc', ['keepassxc']],
  ['dbus-run-session', ['dbus']],
  ['gdbus', ['libglib2.0-bin']],
  ['WebKitWebDriver', ['webkit2gtk-driver']],
  ['Xvfb', ['xvfb']],
  ['bwrap', ['bubblewrap']],
  ['socat', ['socat']],
  ['git', ['git']],
  ['zsh', ['zsh']],
  ['fish', ['fish']],
  ['ssh', ['openssh-client']],
  ['sshd', ['openssh-server']],
  ['desktop-file-validate', ['desktop-file-utils']],
  ['xdg-mime', ['xdg-utils']],
];

/** Installs what is missing where it can (Debian, as root); elsewhere says exactly what to install, and stops. */
export async function installDebianPackages(): Promise<void> {
  const missing = needed.filter(([program]) => !isOnPath(program)).flatMap(([, packages]) => packages);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    console.error(`These tests need programs that are not on this machine. On Debian or Ubuntu:
  sudo apt-get install --no-install-recommends ${missing.join(' ')}
On another system install the same programs by its own means.`);
    process.exit(69);
  }
  console.log(`installing ${missing.join(', ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { environment });
  const { exitCode, output } = await runCommand(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
    { environment },
  );
  if (exitCode === 0) return;
  console.error(output.slice(-2000));
  process.exit(69);
}

function isOnPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)));
}
