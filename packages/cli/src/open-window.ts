import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** What deciding on a program needs to know. */
export interface OpenWindowOptions {
  /**
   * `app`: Postern's own page, in a window without an address bar where a Chromium browser is installed, else in the default
   * browser. `page`: the default browser, where the user's sign-ins are.
   */
  readonly as: 'app' | 'page';
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** A program and its arguments; started without a shell. */
export interface WindowProgram {
  readonly program: string;
  readonly arguments: readonly string[];
}

/**
 * Opens an address in a window and says whether a program for it could be started. `app` takes only http(s) on loopback;
 * `page` also takes https elsewhere, for the authorization server. Anything else is refused with false.
 */
export async function openWindow(url: string, options: OpenWindowOptions): Promise<boolean> {
  const address = safeAddress(url, options.as);
  if (address === null) return false;
  for (const candidate of windowPrograms(address, options))
    if (await start(candidate, options.environment)) return true;
  return false;
}

/** The programs that could open it on this machine, the best first. */
export function windowPrograms(address: string, options: OpenWindowOptions): readonly WindowProgram[] {
  const { as, platform, environment } = options;
  const app = as === 'app' && hasDisplay(platform, environment) ? chromiumPrograms(options) : [];
  return [
    ...app.map((program) => ({ program, arguments: [`--app=${address}`] })),
    ...defaultBrowsers(address, options),
  ];
}

/** The address in normal form, or null where it must not be opened. */
export function safeAddress(url: string, as: OpenWindowOptions['as']): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, username, password, href } = new URL(url);
  if (username !== '' || password !== '') return null;
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  if (protocol === 'http:') return loopback ? href : null;
  return protocol === 'https:' && (loopback || as === 'page') ? href : null;
}

function chromiumPrograms({ platform, environment, homeDir }: OpenWindowOptions): readonly string[] {
  if (platform === 'darwin')
    return ['Google Chrome', 'Microsoft Edge', 'Chromium']
      .flatMap((name) => ['/Applications', join(homeDir, 'Applications')].map((dir) => [name, dir] as const))
      .map(([name, dir]) => join(dir, `${name}.app`, 'Contents', 'MacOS', name))
      .filter(isProgram);
  if (platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => environment[name]);
    return ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
      .flatMap((path) => roots.map((root) => (root === undefined ? '' : `${root}\\${path}`)))
      .filter(isProgram);
  }
  return [
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
    'chromium',
    'chromium-browser',
  ].flatMap((name) => onPath(name, environment));
}

function defaultBrowsers(
  address: string,
  { platform, environment }: OpenWindowOptions,
): readonly WindowProgram[] {
  if (platform === 'darwin') return [{ program: '/usr/bin/open', arguments: [address] }];
  if (platform === 'win32') {
    const program = `${environment['SystemRoot'] ?? 'C:\\Windows'}\\System32\\rundll32.exe`;
    return [{ program, arguments: ['url.dll,FileProtocolHandler', address] }];
  }
  const chosen = (environment['BROWSER'] ?? '').split(delimiter).filter((each) => each !== '');
  const own = chosen.flatMap((name) =>
    isAbsolute(name) ? [name].filter(isProgram) : onPath(name, environment),
  );
  // Without a display xdg-open would start a text browser that no one sees.
  const desktop = hasDisplay(platform, environment) ? onPath('xdg-open', environment) : [];
  return [...own, ...desktop].map((program) => ({ program, arguments: [address] }));
}

function hasDisplay(platform: NodeJS.Platform, environment: OpenWindowOptions['environment']): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((each) => (each ?? '') !== '');
}

/** A relative entry of PATH would make the working directory decide what is run. */
function onPath(name: string, environment: OpenWindowOptions['environment']): readonly string[] {
  if (name.includes('/')) return [];
  const dirs = (environment['PATH'] ?? '').split(delimiter).filter((dir) => isAbsolute(dir));
  const found = dirs.map((dir) => join(dir, name)).find(isProgram);
  return found === undefined ? [] : [found];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function start(
  { program, arguments: args }: WindowProgram,
  environment: OpenWindowOptions['environment'],
): Promise<boolean> {
  // A browser has no use for what configures Postern and its credentials.
  const given = Object.entries(environment).filter(
    ([name]) => !/^(POSTERN|ANTHROPIC|CLAUDE|NODE)_/.test(name),
  );
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
      env: Object.fromEntries(given),
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
