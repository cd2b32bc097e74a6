/** What `npm run check` need not look at again: nothing that it depends on has changed since the last check that was green. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runCommand } from './run-command.ts';

/** Each file of the working tree that is not ignored, with a hash of its content. */
export type Snapshot = ReadonlyMap<string, string>;

/** What differs from the last green check. Null: everything has to be looked at. */
export interface Changes {
  /** Files that are there, as paths from the root. */
  readonly files: readonly string[];
  /** Unit tests that reach one of them. */
  readonly tests: readonly string[];
}

const root = join(import.meta.dirname, '..');
const record = join(root, 'node_modules/.cache/postern-check.json');
const recordSchema = z.array(z.tuple([z.string(), z.string()]));
/** What runs or installs the tests: after a change of it, all of them run. */
const shapesEverything =
  /(?:^|\/)(?:package(?:-lock)?\.json|tsconfig[^/]*\.json)$|^(?:vitest\.config\.ts|biome\.json|\.npmrc|test\/(?:check|changed-tests|run-command|steps)\.ts)$/;
const isUnitTest = (path: string): boolean =>
  /^(?:packages\/[^/]+\/(?:src|test)\/.*|test\/[^/]*)\.test\.tsx?$/.test(path) && !path.includes('.slow.');
/** These read the repository itself: what they depend on is in no import. */
const readsTheRepository = (path: string): boolean => /^test\/[^/]*\.test\.ts$/.test(path);

/** The working tree as it is now. */
export async function takeSnapshot(): Promise<Snapshot> {
  const { output } = await runCommand('git', ['ls-files', '-z', '-co', '--exclude-standard']);
  const paths = output.split('\0').filter((path) => path !== '' && isFile(path));
  return new Map(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('base64'),
    ]),
  );
}

/** Keeps what was green, for the next check. */
export function keepSnapshot(snapshot: Snapshot): void {
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, JSON.stringify([...snapshot]));
}

/** What has changed since the last green check; null where there is none, or where a file is gone or shapes all of it. */
export function changesSince(snapshot: Snapshot): Changes | null {
  const last = readRecord();
  if (last === null || [...last.keys()].some((path) => !snapshot.has(path))) return null;
  const files = [...snapshot].filter(([path, hash]) => last.get(path) !== hash).map(([path]) => path);
  return files.some((path) => shapesEverything.test(path))
    ? null
    : { files, tests: testsReaching(files, namedBy(snapshot), snapshot) };
}

function readRecord(): Snapshot | null {
  try {
    return new Map(recordSchema.parse(JSON.parse(readFileSync(record, 'utf8'))));
  } catch {
    return null;
  }
}

/** By a file or folder, the sources that name its path, whatever for: imports, workers, folders that are read. */
export type NamedBy = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads every source for the paths that it names. */
export function namedBy(snapshot: Snapshot): NamedBy {
  const found = new Map<string, Set<string>>();
  for (const path of snapshot.keys()) {
    if (!/\.(?:tsx?|mjs|css|html)$/.test(path)) continue;
    for (const named of pathsNamedIn(path)) found.set(named, (found.get(named) ?? new Set()).add(path));
  }
  return found;
}

/** The unit tests that reach one of the files, and those that read the repository itself. */
export function testsReaching(changed: readonly string[], named: NamedBy, snapshot: Snapshot): string[] {
  const reached = new Set<string>(changed);
  for (const path of reached)
    for (const place of [path, ...foldersOf(path)])
      for (const namer of named.get(place) ?? []) reached.add(namer);
  return [...snapshot.keys()].filter(
    (path) => isUnitTest(path) && (readsTheRepository(path) || reached.has(path)),
  );
}

function pathsNamedIn(path: string): string[] {
  const source = readFileSync(join(root, path), 'utf8');
  return [...source.matchAll(/['"`]((?:\.{1,2}|@postern|packages|test|docs)\/[^'"`\n$]*)['"`]/g)].flatMap(
    ([, text = '']) => {
      const named = namedFrom(path, text);
      return existsSync(join(root, named)) ? [named] : [];
    },
  );
}

function namedFrom(path: string, text: string): string {
  const [, member, more] = /^@postern\/([^/]+)(\/.*)?$/.exec(text) ?? [];
  if (member !== undefined) return `packages/${member}/src${more === undefined ? '/index.ts' : ''}`;
  return (text.startsWith('.') ? join(dirname(path), text) : text).replace(/\/$/, '');
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

function isFile(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
