import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import type { LauncherFacts, LauncherIcons, LauncherPlan } from '../launcher/launcher-plan.ts';
import { linuxLauncher } from '../launcher/linux-launcher.ts';
import { macosLauncher } from '../launcher/macos-launcher.ts';
import { changeMimeApps, withLinkHandler, withoutLinkHandler } from '../launcher/mime-apps.ts';
import { type FileChanges, removeOwnFiles, wasWritten, writeOwnFiles } from '../launcher/own-files.ts';
import { canBeQuoted } from '../launcher/quoting.ts';
import { runPowerShell, windowsInstallScript, windowsRemoveScript } from '../launcher/windows-launcher.ts';
import { ownCommand, ownScript } from '../own-command.ts';
import { printJson, printLines } from '../print.ts';

/** What `postern install-launcher` was asked for; `startAtLogin` is absent where it stays as it is. */
export interface InstallLauncherOptions {
  readonly remove?: boolean;
  readonly startAtLogin?: boolean;
}

/**
 * Puts Postern into the menu of applications, with the Node and the options of this command, or takes it out again. Doing it twice changes
 * nothing.
 * @throws CommandError `launcher_conflict` where a file of another is in the way, `launcher_unavailable`
 */
export async function installLauncher(context: Context, options: InstallLauncherOptions): Promise<number> {
  const remove = options.remove === true;
  show(
    context,
    context.platform === 'win32' ? onWindows(context, options) : byFiles(context, options),
    remove,
  );
  return exitCode.ok;
}

function byFiles(context: Context, options: InstallLauncherOptions): FileChanges {
  const planned = context.platform === 'darwin' ? macosLauncher : linuxLauncher;
  const facts = {
    ...factsOf(context),
    icons: options.remove === true ? noIcons : iconsOf(),
    startAtLogin: true,
  };
  const whole = planned(facts);
  if (options.remove === true)
    return noted(whole, removeOwnFiles(whole.recordPath), withoutLinkHandler, 'removed');
  const without = planned({ ...facts, startAtLogin: false });
  const atLogin = whole.files.filter(({ path }) => !without.files.some((each) => each.path === path));
  const keeps = atLogin.some(({ path }) => wasWritten(path, whole.recordPath));
  const plan = (options.startAtLogin ?? keeps) ? whole : without;
  return noted(plan, writeOwnFiles(plan.files, plan.recordPath), withLinkHandler, 'written');
}

/** The file of link handlers belongs to all programs: only a line of it is ours. */
function noted(
  { mimeAppsPath }: LauncherPlan,
  changes: FileChanges,
  change: (text: string) => string,
  as: 'written' | 'removed',
): FileChanges {
  if (mimeAppsPath === null || !changeMimeApps(mimeAppsPath, change)) return changes;
  return { ...changes, [as]: [...changes[as], `${mimeAppsPath} (the line of postern links)`] };
}

function onWindows(context: Context, options: InstallLauncherOptions): FileChanges {
  const script =
    options.remove === true
      ? windowsRemoveScript
      : windowsInstallScript(factsOf(context), options.startAtLogin ?? null);
  const changed = runPowerShell(script, context.environment['SystemRoot'] ?? 'C:\\Windows');
  const nothing: FileChanges = { written: [], unchanged: [], removed: [], left: [] };
  return options.remove === true ? { ...nothing, removed: changed } : { ...nothing, written: changed };
}

/** @throws CommandError `launcher_unavailable` where a path cannot be written into a launcher */
function factsOf(context: Context): Omit<LauncherFacts, 'icons' | 'startAtLogin'> {
  const { environment, homeDir } = context;
  const command = ownCommand(context);
  if (!isAbsolute(command[0]) || !command.every(canBeQuoted) || !canBeQuoted(homeDir))
    throw new CommandError(
      'launcher_unavailable',
      'A path of Postern or of its folders holds a character that a launcher cannot hold.',
    );
  return { command, script: ownScript(context), homeDir, environment };
}

const noIcons: LauncherIcons = { svg: new Uint8Array(), png192: new Uint8Array(), png512: new Uint8Array() };

/** @throws CommandError `launcher_unavailable` where the window's files are not there */
function iconsOf(): LauncherIcons {
  const here = import.meta.dirname;
  // Beside the bundle where Postern is installed; in a checkout, where the window's sources are.
  const places = [join(here, 'ui/assets'), resolve(here, '../../../ui/public/assets')];
  const assets = places.find((place) => existsSync(join(place, 'postern.svg')));
  if (assets === undefined)
    throw new CommandError('launcher_unavailable', 'The pictures of Postern’s window are missing.');
  const icon = (name: string) => readFileSync(join(assets, name));
  return { svg: icon('postern.svg'), png192: icon('postern-192.png'), png512: icon('postern-512.png') };
}

function show(context: Context, changes: FileChanges, remove: boolean): void {
  const { written, unchanged, removed, left } = changes;
  if (context.options.json) {
    printJson(context, { written, unchanged, removed, left });
    return;
  }
  printLines(context, [
    ...written.map((path) => `Wrote    ${path}`),
    ...unchanged.map((path) => `Is there ${path}`),
    ...removed.map((path) => `Removed  ${path}`),
    ...left.map((path) => `Left     ${path}: it was changed since Postern wrote it`),
  ]);
  const none = written.length + removed.length + left.length === 0;
  if (remove && none) printLines(context, ['There is no launcher to remove.']);
  if (!remove) printLines(context, ['Postern is in the menu of applications.']);
}
