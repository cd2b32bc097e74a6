import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { desktopEntryName } from './linux-launcher.ts';

const section = '[Default Applications]';
const linkKind = 'x-scheme-handler/postern';

/**
 * Says which program opens `postern://` links. What the user or another program chose stays as it is.
 * Source: Association between MIME types and applications 1.0.1.
 * @param text the file's content, empty where there is none
 * @returns the new content, or the same
 */
export function withLinkHandler(text: string): string {
  const lines = linesOf(text);
  const [from, to] = sectionOf(lines);
  if (from === -1) return [...lines, section, ours].join('\n').concat('\n');
  if (lines.slice(from, to).some((line) => line.split('=', 1)[0]?.trim() === linkKind)) return text;
  return lines
    .toSpliced(from + 1, 0, ours)
    .join('\n')
    .concat('\n');
}

/** The same without our line. A line that names others beside us is another's. */
export function withoutLinkHandler(text: string): string {
  const lines = linesOf(text);
  const [from, to] = sectionOf(lines);
  if (from === -1) return text;
  const kept = lines.filter(
    (line, at) => !(at > from && at < to && line.replace(/;\s*$/, '').trim() === ours),
  );
  if (kept.length === lines.length) return text;
  // The section that was written for this one line.
  const isEmpty = kept[from] === section && sectionOf(kept)[1] === from + 1;
  const left = isEmpty ? kept.toSpliced(from, 1) : kept;
  return left.length === 0 ? '' : left.join('\n').concat('\n');
}

/**
 * Changes such a file, whole or not at all; one that others keep elsewhere stays a link. An empty result removes it.
 * @returns whether anything changed
 */
export function changeMimeApps(path: string, change: (text: string) => string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const target = there === undefined ? path : realpathSync(path);
  const before = there === undefined ? '' : readFileSync(target, 'utf8');
  const after = change(before);
  if (after === before) return false;
  if (after === '') {
    rmSync(target);
    return true;
  }
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const beside = `${target}.${process.pid}.new`;
  const mode = there === undefined ? 0o600 : there.mode & 0o777;
  try {
    writeFileSync(beside, after, { flag: 'wx', mode });
    chmodSync(beside, mode);
    renameSync(beside, target);
  } finally {
    rmSync(beside, { force: true });
  }
  return true;
}

const ours = `${linkKind}=${desktopEntryName}`;

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Where the section of defaults begins, and the next one; -1 and the end where there is none. */
function sectionOf(lines: readonly string[]): readonly [from: number, to: number] {
  const from = lines.findIndex((line) => line.trim() === section);
  const next = lines.findIndex((line, at) => at > from && line.startsWith('['));
  return [from, from === -1 || next === -1 ? lines.length : next];
}
