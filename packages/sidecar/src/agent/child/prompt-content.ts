import { open, realpath, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute } from 'node:path';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { mostSeenBytes, type QueryRequest } from '@postern/contract';
import { InvalidRequestError } from '../../errors/index.ts';
import { endings, headBytes, typeOfHead } from '../../files/index.ts';
import type { LoadedCommand } from '../../trust/index.ts';
import { type MarkedFile, markedFile } from './file-input.ts';
import { pluginName } from './staged-commands.ts';

type Content = Exclude<SDKUserMessage['message']['content'], string>;

/**
 * Most bytes of all images and PDFs of one prompt: the API takes 32 MB a request, and base64 makes three bytes four. The rest is for what was
 * said before and for the tools. Source: https://platform.claude.com/docs/en/api/errors, `request_too_large`.
 */
const maxTogether = 22_000_000;

const seenTypes = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
} as const;

interface AttachedFile {
  readonly real: string;
  readonly size: number;
  /** Null: the model gets its path, and the agent reads it. */
  readonly mediaType: (typeof seenTypes)[keyof typeof seenTypes] | null;
}

const attachedMark = 'Attached file: ';

/** The path in a text by which a prompt names a file that goes with it; null: it is another text. Pure. */
export function attachedPath(text: string): string | null {
  if (!text.startsWith(attachedMark)) return null;
  const path = text.slice(attachedMark.length);
  return isAbsolute(path) ? path : null;
}

/** Summarizes what was said so far. Source: program 2.1.332. */
const compactCommand = 'compact';

/** A prompt that can be sent. */
export interface PromptContent {
  /** Real paths which the agent may read without asking. */
  readonly attached: ReadonlySet<string>;
  /** With a marker in the place of each image and PDF. */
  readonly content: Content;
  /** What the markers stand for. */
  readonly files: readonly MarkedFile[];
  /** The prompt, where it may be a command of the workspace; null: it is text. */
  readonly command: string | null;
}

/**
 * The prompt and its attachments as the model will get them: images and PDFs themselves, other files by their path. No more than how
 * one begins is read here: their sizes are known without.
 * @throws InvalidRequestError `prompt_empty`, `attachment_not_found`, `attachments_too_large`
 */
export async function promptContent(
  request: QueryRequest,
  mayRead: (path: string) => boolean,
): Promise<PromptContent> {
  if (request.prompt.trim() === '') throw new InvalidRequestError('prompt_empty');
  const files: AttachedFile[] = [];
  for (const { path } of request.attachments ?? []) files.push(await attachedFile(path, mayRead));
  refuseTooLarge(files.filter(({ mediaType }) => mediaType !== null));
  const blocks = files.map(attachmentBlocks);
  return {
    attached: new Set(files.map(({ real }) => real)),
    content: [{ type: 'text', text: request.prompt }, ...blocks.flatMap((each) => each.blocks)],
    files: blocks.flatMap(({ file }) => file ?? []),
    command: request.commands === true && request.prompt.startsWith('/') ? request.prompt : null,
  };
}

/**
 * The prompt as the program knows the command that it calls; null: it calls none that the workspace has. Of the program's own only
 * the one that makes space in the context is among them: others change its settings, or end the conversation. Pure.
 */
export function calledCommand(prompt: string, commands: readonly LoadedCommand[]): string | null {
  const [, called = '', rest = ''] = /^\/(\S+)([\s\S]*)$/.exec(prompt) ?? [];
  const name = called.startsWith(`${pluginName}:`) ? called.slice(pluginName.length + 1) : called;
  const isThere = commands.some((each) => each.personMay && each.name === name);
  if (!isThere && called === compactCommand) return `/${compactCommand}${rest}`;
  return isThere ? `/${pluginName}:${name}${rest}` : null;
}

/** The program looks for a command in the last part of a message. Pure. */
export function withCommand([, ...attached]: Content, called: string): Content {
  return [...attached, { type: 'text', text: called }];
}

function refuseTooLarge(files: readonly AttachedFile[]): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= maxTogether) return;
  const [largest] = files.toSorted((one, other) => other.size - one.size);
  const name =
    largest === undefined ? '' : `; the largest is ${basename(largest.real)}, ${megabytes(largest.size)}`;
  throw new InvalidRequestError(
    'attachments_too_large',
    `Images and PDFs may have ${megabytes(maxTogether)} together in one message. These ${files.length} have ${megabytes(bytes)}${name}. Attach fewer of them.`,
  );
}

function megabytes(bytes: number): string {
  return `${(Math.ceil(bytes / 100_000) / 10).toFixed(1).replace(/\.0$/, '')} MB`;
}

async function attachedFile(path: string, mayRead: (path: string) => boolean): Promise<AttachedFile> {
  try {
    const real = await realpath(path);
    const facts = await stat(real);
    if (facts.isFile() && mayRead(real))
      return { real, size: facts.size, mediaType: await typeOf(real, facts.size) };
  } catch {
    // Not there, or not ours to look at: the answer is the same.
  }
  throw new InvalidRequestError('attachment_not_found');
}

/** Its name says what it is, or else how it begins: a picture that was saved without an ending is one all the same. */
async function typeOf(path: string, size: number): Promise<AttachedFile['mediaType']> {
  const extension = extname(path).toLowerCase();
  const type = isSeen(extension) ? seenTypes[extension] : await typeByHead(path);
  return type !== null && size <= (mostSeenBytes(endings[type][0]) ?? -1) ? type : null;
}

async function typeByHead(path: string): Promise<AttachedFile['mediaType']> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return typeOfHead(buffer.subarray(0, bytesRead));
}

/** Its path stands before what the model sees of it: the agent can use the file, and the history says which it was. */
function attachmentBlocks({ real, size, mediaType }: AttachedFile): {
  readonly blocks: Content;
  readonly file: MarkedFile | null;
} {
  const named = { type: 'text', text: `${attachedMark}${real}` } as const;
  if (mediaType === null) return { blocks: [named], file: null };
  const file = markedFile(real, size);
  const seen: Content[number] =
    mediaType === 'application/pdf'
      ? { type: 'document', source: { type: 'base64', media_type: mediaType, data: file.marker } }
      : { type: 'image', source: { type: 'base64', media_type: mediaType, data: file.marker } };
  return { blocks: [named, seen], file };
}

function isSeen(extension: string): extension is keyof typeof seenTypes {
  return Object.hasOwn(seenTypes, extension);
}
