import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversationItem } from '@postern/contract';
import { asRecord } from '../turn/index.ts';
import { entryOfText } from './session-entry.ts';
import { sessionLines } from './session-lines.ts';

/** What the program says of a subagent's session, beside it. Source: program 2.1.332, measured. */
const factsFile = /^(agent-[\w-]+)\.meta\.json$/;
/** A longer line, in bytes, is passed over: the requests that the program notes down are the longest. */
const longestLine = 4 * 1024 * 1024;
/** Most items that are given, the last ones. */
const mostItems = 1_000;

/**
 * What the subagent that a call started did and said; none where the program kept nothing of it. Its task is left out: the call has it.
 * @param sessionFile of the conversation, relative to the config folder
 * @throws Error of the file system
 */
export async function subagentItems(
  configDir: string,
  sessionFile: string,
  toolUseId: string,
): Promise<ConversationItem[]> {
  const folder = join(configDir, sessionFile.replace(/\.jsonl$/, ''), 'subagents');
  const name = await sessionOf(folder, toolUseId);
  if (name === null) return [];
  const handle = await open(join(folder, `${name}.jsonl`), 'r');
  try {
    const items: ConversationItem[] = [];
    const { size } = await handle.stat();
    for await (const lines of sessionLines(handle, 0, size, longestLine)) {
      items.push(...lines.flatMap(({ text }) => (text === null ? [] : itemsOf(text))));
      items.splice(0, Math.max(0, items.length - mostItems));
    }
    return items;
  } finally {
    await handle.close();
  }
}

function itemsOf(text: Buffer): readonly ConversationItem[] {
  if (text.length === 0) return [];
  const entry = entryOfText(text.toString('utf8'), { of: 'subagent', isShown: true });
  if (entry === 'damaged') return [{ type: 'gap', reason: 'damaged' }];
  return entry?.type === 'said' ? entry.items.filter(({ type }) => type !== 'user') : [];
}

async function sessionOf(folder: string, toolUseId: string): Promise<string | null> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const file of names) {
    const name = factsFile.exec(file)?.[1];
    if (name === undefined) continue;
    const facts = await readFile(join(folder, file), 'utf8').then(parsed, () => null);
    if (asRecord(facts)['toolUseId'] === toolUseId) return name;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
