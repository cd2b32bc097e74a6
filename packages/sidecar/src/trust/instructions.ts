import { posix } from 'node:path';
import type { WorkspaceItem } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { FileFinder } from './found-files.ts';
import { headed } from './header.ts';

/** Where instructions are, in the order in which the agent gets them. Source: https://code.claude.com/docs/en/memory. */
export const instructionFiles = ['CLAUDE.md', '.claude/CLAUDE.md', 'CLAUDE.local.md'];
/** How far an import may import. Source: https://code.claude.com/docs/en/memory#import-additional-files. */
const mostHops = 5;
/** Characters of all of them together: more would leave the model too little room for the work. */
const mostText = 200_000;

/** The instructions and rules of a folder with what they import, each file once. @throws InvalidRequestError `workspace_too_large` */
export async function instructionsOf(finder: FileFinder): Promise<WorkspaceItem[]> {
  const items = new Map<string, WorkspaceItem>();
  let length = 0;

  let root = 'Instructions for the agent';
  async function add(file: string, importedBy: string | null, hops: number): Promise<void> {
    if (items.has(file)) return;
    const found = await finder.read(file);
    if (found === null) return;
    const summary = importedBy === null ? root : `Imported by ${importedBy}`;
    const item = { kind: 'instructions', name: file, file, summary } as const;
    if (found.text === null) {
      items.set(file, { ...item, loads: false, reason: leadsOut, text: null });
      return;
    }
    length += found.text.length;
    if (length > mostText)
      throw new InvalidRequestError(
        'workspace_too_large',
        `The instructions have more than ${mostText} characters together.`,
      );
    // They are given from the start: there is no telling which files a conversation will be about.
    const always = importedBy === null && headed(found.text)?.fields.has('paths') === true;
    const reason = always ? 'It is always given, whatever its "paths" say.' : null;
    items.set(file, { ...item, loads: true, reason, text: found.text });
    for (const path of importsIn(found.text)) await follow(path, file, hops);
  }

  async function follow(path: string, file: string, hops: number): Promise<void> {
    const target = posix.normalize(posix.join(posix.dirname(file), path));
    const item = { kind: 'instructions', name: path, file, summary: `Imported by ${file}` } as const;
    const refuse = (reason: string): void => {
      items.set(`${file}@${path}`, { ...item, loads: false, reason, text: null });
    };
    if (/^[/~\\]|^[A-Za-z]:/.test(path) || target === '..' || target.startsWith('../')) refuse(leadsOut);
    else if (items.has(target)) return;
    else if (hops < mostHops) await add(target, file, hops + 1);
    else refuse(`Imports are followed ${mostHops} times.`);
  }

  for (const file of instructionFiles) await add(file, null, 0);
  root = 'A rule for the agent';
  for (const { file, text } of await finder.below('.claude/rules')) {
    if (text === null || file.endsWith('.md')) await add(file, null, 0);
    else if (!items.has(file)) items.set(file, { ...ruleItem(file), reason: 'It is no .md file.' });
  }
  return [...items.values()];
}

function ruleItem(file: string): Omit<WorkspaceItem, 'reason'> {
  return {
    kind: 'instructions',
    name: file,
    file,
    summary: 'A rule for the agent',
    loads: false,
    text: null,
  };
}

/** Why what leads out of a folder is not loaded. */
export const leadsOut = 'It leads out of the folder.';

/** The agent's instructions: the text of every item that loads, under the name of its file. Null: nothing. */
export function instructionText(items: readonly WorkspaceItem[]): string | null {
  const parts = items.flatMap(({ kind, loads, file, text }) =>
    kind === 'instructions' && loads && text !== null
      ? [`Contents of ${file} in the workspace:\n\n${text}`]
      : [],
  );
  return parts.length === 0
    ? null
    : [
        'These are the instructions of the workspace. The user has read them and wants you to follow them.',
        ...parts,
      ].join('\n\n');
}

/** The paths after an `@` that stands at a word's beginning, outside code. Pure. */
export function importsIn(text: string): readonly string[] {
  const prose = text
    .replaceAll(/^ {0,3}(```|~~~)[\s\S]*?(?:^ {0,3}\1|(?![\s\S]))/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  const paths = [...prose.matchAll(/(?:^|[\s([{])@((?:\\ |[^\s`@])+)/gm)].map(([, path = '']) =>
    path.replaceAll('\\ ', ' ').replace(/[.,;:!?)\]}'"]+$/, ''),
  );
  return [...new Set(paths.filter((path) => path !== ''))];
}
