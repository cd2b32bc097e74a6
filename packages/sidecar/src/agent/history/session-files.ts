import { appendFile, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionEntries } from './session-entries.ts';
import { sessionLines } from './session-lines.ts';
import { titleOf } from './title-of.ts';

const extension = '.jsonl';
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Names of the folders in which the program keeps sessions, one for each working folder. Source: program 2.1.332, `<config>/projects`. */
export async function projectFolders(configDir: string): Promise<string[]> {
  const entries = await readdir(join(configDir, 'projects'), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join('projects', name));
}

/** The session files in one such folder: id and path relative to the config folder. */
export async function sessionsIn(
  configDir: string,
  folder: string,
): Promise<{ readonly id: string; readonly file: string }[]> {
  const names = await readdir(join(configDir, folder)).catch((): string[] => []);
  return names.flatMap((name) => {
    const id = name.slice(0, -extension.length);
    return name.endsWith(extension) && idPattern.test(id) ? [{ id, file: join(folder, name) }] : [];
  });
}

/**
 * Where a session lies, relative to the config folder; null where it is not there. Looks first where the program would put it for this working
 * folder, then everywhere. Source: program 2.1.332, measured: every character but letters and digits becomes `-`.
 */
export async function locateSession(
  configDir: string,
  id: string,
  workspace: string | null,
): Promise<string | null> {
  if (!idPattern.test(id)) return null;
  const guess = workspace === null ? [] : [join('projects', workspace.replace(/[^a-zA-Z0-9]/g, '-'))];
  for (const folders of [guess, null]) {
    for (const folder of folders ?? (await projectFolders(configDir))) {
      const file = join(folder, `${id}${extension}`);
      if (await isFile(join(configDir, file))) return file;
    }
  }
  return null;
}

/**
 * What the beginning of a session file tells, to the end of its first line that the user sees, however large: a first prompt may carry files.
 * Null where it shows nothing. @throws Error of the file system
 */
export async function outlineOf(
  path: string,
  entries: SessionEntries,
): Promise<{ readonly title: string | null; readonly workspace: string | null } | null> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    for await (const lines of sessionLines(handle, 0, size)) {
      for (const line of lines) {
        const entry = await entries.of(path, line);
        if (entry === null || entry === 'damaged' || entry.type !== 'said') continue;
        const first = entry.items.find(({ type }) => type === 'user');
        return {
          title: first?.type === 'user' ? titleOf(first.text) : null,
          workspace: entry.workspace,
        };
      }
    }
    return null;
  } finally {
    await handle.close();
  }
}

/** Gives a session the user's title, as the Agent SDK's `renameSession` does. @throws Error of the file system */
export async function renameSession(path: string, id: string, title: string): Promise<void> {
  const handle = await open(path, 'r');
  let startsLine = true;
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    startsLine = size === 0 || last[0] === 10;
  } finally {
    await handle.close();
  }
  const line = JSON.stringify({ type: 'custom-title', customTitle: title, sessionId: id });
  await appendFile(path, `${startsLine ? '' : '\n'}${line}\n`);
}

/**
 * Removes a session and what the program keeps beside it: its subagents' sessions and tool results, and the copies of files that it changed.
 * Source: `deleteSession` of the Agent SDK, which removes the first two; program 2.1.332 for the others. @throws Error of the file system
 */
export async function removeSession(configDir: string, file: string, id: string): Promise<void> {
  await rm(join(configDir, file), { force: true });
  const beside = join(configDir, file.slice(0, -extension.length));
  for (const path of [beside, ...['file-history', 'session-env'].map((name) => join(configDir, name, id))])
    await rm(path, { recursive: true, force: true });
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
