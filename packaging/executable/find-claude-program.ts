import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** Where the Agent SDK's program is looked for. */
export interface ClaudeProgramSearch {
  /** Real path of our own executable. */
  readonly executable: string;
  /** `linux-x64` and the like. */
  readonly platform: string;
  /** The version of the SDK that the bundle was made with; its program has the same. */
  readonly sdkVersion: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const sdk = '@anthropic-ai/claude-agent-sdk';

/**
 * The unmodified program: what `POSTERN_CLAUDE_PROGRAM` names, else `claude` beside the executable, else that of an installed SDK of
 * the very version: in a `node_modules` above the executable, or beside a `bin` directory of PATH, where `npm install --global`
 * puts it. Null where there is none.
 */
export function findClaudeProgram(search: ClaudeProgramSearch): string | null {
  const given = search.environment['POSTERN_CLAUDE_PROGRAM'] ?? '';
  // What is named is used or missed, never replaced in silence.
  if (given !== '') return given;
  const beside = join(dirname(search.executable), 'claude');
  if (isProgram(beside)) return beside;
  const installed = nodeModules(search).flatMap((directory) => programsIn(directory, search));
  return installed.find(isProgram) ?? null;
}

function nodeModules({ executable, environment }: ClaudeProgramSearch): readonly string[] {
  const above: string[] = [];
  for (let at = dirname(executable); ; at = dirname(at)) {
    above.push(join(at, 'node_modules'));
    if (at === dirname(at)) break;
  }
  const bins = (environment['PATH'] ?? '').split(delimiter).filter((dir) => isAbsolute(dir));
  return [...above, ...bins.map((dir) => join(dir, '..', 'lib', 'node_modules'))];
}

function programsIn(
  nodeModulesDir: string,
  { platform, sdkVersion }: ClaudeProgramSearch,
): readonly string[] {
  const name = `${sdk}-${platform}`;
  const places = ['.', join(sdk, 'node_modules'), join('postern', 'node_modules')];
  return places
    .map((place) => join(nodeModulesDir, place, name))
    .filter((directory) => versionOf(directory) === sdkVersion)
    .map((directory) => join(directory, 'claude'));
}

function versionOf(directory: string): string | null {
  try {
    return (
      (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: string }).version ??
      null
    );
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
