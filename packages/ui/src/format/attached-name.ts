import type { SentFile } from '@postern/contract';

/** A file that Postern keeps for a prompt, in a folder of its own. Source: docs/user-guide.md#what-is-stored-where. */
const kept =
  /[\\/]attachments[\\/][\da-f]{16}[\\/][\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}[\\/]([^\\/]+)$/i;

/** What an attached file is called: its name where Postern keeps it, else the path that the user entered. Pure. */
export function attachedName(path: string): string {
  return kept.exec(path)?.[1] ?? path;
}

/** The same of a file of the history, which may be without a name. Pure. */
export function sentName({ type, path }: SentFile): string {
  if (path !== null) return attachedName(path);
  return { image: 'Picture', pdf: 'PDF', file: 'File' }[type];
}
