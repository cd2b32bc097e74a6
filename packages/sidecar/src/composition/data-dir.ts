import { join, resolve } from 'node:path';

/** What decides where Postern keeps its things. */
export interface DataDirOptions {
  /** `--data-dir`; null where it was not given. */
  readonly given: string | null;
  readonly mode: 'sandbox' | 'live';
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly cwd: string;
}

/**
 * Absolute path of the data directory: the option, else `POSTERN_DATA_DIR`, else the OS's convention, with `/sandbox` below it
 * in sandbox mode. Source: docs/spec/contract.md#starting; XDG Base Directory Specification 0.8.
 */
export function dataDirOf(options: DataDirOptions): string {
  const { given, environment, platform, homeDir, cwd } = options;
  const chosen = given ?? environment['POSTERN_DATA_DIR'] ?? '';
  if (chosen !== '') return resolve(cwd, chosen);
  const base = conventionalDir(environment, platform, homeDir);
  return options.mode === 'sandbox' ? join(base, 'sandbox') : base;
}

function conventionalDir(
  environment: DataDirOptions['environment'],
  platform: NodeJS.Platform,
  homeDir: string,
): string {
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'postern');
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homeDir, 'AppData', 'Local'), 'postern', 'Data');
  const xdg = environment['XDG_DATA_HOME'] ?? '';
  // A relative one is to be ignored, as the specification says.
  return join(xdg.startsWith('/') ? xdg : join(homeDir, '.local', 'share'), 'postern');
}
