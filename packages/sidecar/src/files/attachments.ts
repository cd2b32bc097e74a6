import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidRequestError, StoreError } from '../errors/index.ts';
import { attachmentName } from './attachment-name.ts';
import { type AttachmentType, attachmentTypeOf, typeCheck } from './attachment-type.ts';
import { errnoOf, usablePlace } from './private-places.ts';

/** Most bytes of one attachment. Source: docs/spec/contract.md#files. */
export const maxAttachmentBytes = 32 * 1024 * 1024;
/** What is read and dropped beyond that, so that the sender lives to read the refusal. */
const drainBytes = 1024 * 1024;
const unusedMs = 24 * 60 * 60_000;

/** A file as it arrives. */
export interface Upload {
  /** As it was called where it came from. */
  readonly name: string;
  /** As `Content-Type` has it. */
  readonly contentType: string;
  readonly body: Readable;
}

/** A file that was kept; `path` is real and can be named by a query. */
export interface KeptAttachment {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** Files that were sent to Postern to go with a prompt, in folders that only their owner can open. */
export interface Attachments {
  /**
   * Keeps a file, readable by its owner only.
   * @throws InvalidRequestError `attachment_type_unsupported`, `attachment_too_large`; StoreError `storage_full`
   */
  add(upload: Upload): Promise<KeptAttachment>;
  /** They belong to that conversation from now on. Paths that are not of ours are left alone. */
  keepFor(paths: readonly string[], conversationId: string): Promise<void>;
  /** The conversation is gone, and with it at once what no other one uses. */
  dropFor(conversationId: string): Promise<void>;
  /** Removes what no conversation has used for 24 hours, and what belonged to conversations that are gone. */
  sweep(exists: (conversationId: string) => Promise<boolean>): Promise<void>;
}

/** @param places where their folder can be, the best first; `dataDir` tells the files of one Postern from another's */
export function createAttachments(options: {
  readonly places: readonly string[];
  readonly dataDir: string;
  readonly clock: () => number;
}): Attachments {
  const ours = createHash('sha256').update(options.dataDir).digest('hex').slice(0, 16);
  const folders = options.places.map((place) => join(place, ours));

  async function usableFolder(): Promise<string> {
    const unusable: string[] = [];
    for (const folder of folders) {
      try {
        await usablePlace(dirname(folder));
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return await realpath(folder);
      } catch (error) {
        unusable.push(`${folder} cannot be used (${errnoOf(error)})`);
      }
    }
    throw new StoreError('storage_full', `${unusable.join('; ')}.`);
  }

  /** The folder of one attachment, of ours. */
  async function folderOf(path: string): Promise<string | null> {
    const real = await realpath(path).catch(() => null);
    if (real === null) return null;
    const parents = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
    return parents.includes(dirname(dirname(real))) ? dirname(real) : null;
  }

  async function isGone(folder: string, exists: (id: string) => Promise<boolean>): Promise<boolean> {
    const facts = await stat(folder).catch(() => null);
    if (facts === null || options.clock() - facts.mtimeMs < unusedMs) return false;
    for (const id of await usersIn(folder)) if (await exists(id)) return false;
    return true;
  }

  /** Of every attachment. */
  async function allFolders(): Promise<readonly string[]> {
    const found = folders.map(async (parent) => {
      const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
    });
    return (await Promise.all(found)).flat();
  }

  return {
    async add({ name, contentType, body }) {
      const type = attachmentTypeOf(contentType);
      if (type === null) throw new InvalidRequestError('attachment_type_unsupported');
      const folder = join(await usableFolder(), randomUUID());
      const kept = attachmentName(name, type);
      const path = join(folder, kept);
      try {
        await mkdir(folder, { mode: 0o700 });
        return { path, name: kept, bytes: await receive(body, path, type) };
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        if (error instanceof InvalidRequestError) throw error;
        throw new StoreError('storage_full', `The attachment cannot be kept (${errnoOf(error)}).`);
      }
    },
    async keepFor(paths, conversationId) {
      for (const path of paths) {
        const folder = await folderOf(path);
        if (folder !== null) await appendFile(usersOf(folder), `${conversationId}\n`, { mode: 0o600 });
      }
    },
    async dropFor(conversationId) {
      for (const folder of await allFolders()) {
        const users = await usersIn(folder);
        if (!users.delete(conversationId)) continue;
        if (users.size === 0) await remove(folder);
        else await writeFile(usersOf(folder), `${[...users].join('\n')}\n`, { mode: 0o600 });
      }
    },
    async sweep(exists) {
      for (const folder of await allFolders()) if (await isGone(folder, exists)) await remove(folder);
    },
  };
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rm(usersOf(folder), { force: true });
}

/** The ids of the conversations that use an attachment. */
async function usersIn(folder: string): Promise<Set<string>> {
  const users = await readFile(usersOf(folder), 'utf8').catch(() => '');
  return new Set(users.split('\n').filter((line) => line !== ''));
}

/** Beside the attachment's folder: the ids of the conversations that use it, one a line. */
function usersOf(folder: string): string {
  return join(dirname(folder), `${basename(folder)}.conversations`);
}

/** Writes the body to a new file and gives its size. Read to the end where it is refused, within bounds. */
async function receive(body: Readable, path: string, type: AttachmentType): Promise<number> {
  const check = typeCheck(type);
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  let fits = true;
  try {
    // The stream must outlive the loop: destroying it would take the connection, and the answer, with it.
    for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxAttachmentBytes + drainBytes) break;
      fits &&= check.add(piece);
      if (fits && size <= maxAttachmentBytes) await file.appendFile(piece);
    }
  } finally {
    await file.close();
  }
  if (size > maxAttachmentBytes) throw new InvalidRequestError('attachment_too_large');
  if (!fits || !check.end()) throw new InvalidRequestError('attachment_type_unsupported', mismatch(type));
  return size;
}

function mismatch(type: AttachmentType): string {
  if (type === 'text') return 'It is said to be text, but it is not text in UTF-8. Save it as UTF-8 first.';
  return `It is said to be ${type}, but its content is not. Give it its own type.`;
}
