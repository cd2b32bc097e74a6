import { readFile, realpath, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { QueryRequest } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';

type Content = Exclude<SDKUserMessage['message']['content'], string>;

/** Most bytes of an image, and of a PDF, that go with a prompt. Source: https://platform.claude.com/docs/en/build-with-claude/vision. */
const maxImage = 3_500_000;
const maxDocument = 20_000_000;

const imageTypes = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
} as const;

/** A prompt ready to be sent. `attached` are real paths which the agent may read without asking. */
export interface PromptContent {
  readonly content: Content;
  readonly attached: ReadonlySet<string>;
}

/**
 * The prompt and its attachments as the model gets them: images and PDFs themselves, other files by their path.
 * @throws InvalidRequestError `prompt_empty`, `attachment_not_found`
 */
export async function promptContent(
  request: QueryRequest,
  mayRead: (path: string) => boolean,
): Promise<PromptContent> {
  if (request.prompt.trim() === '') throw new InvalidRequestError('prompt_empty');
  const content: Content[number][] = [{ type: 'text', text: request.prompt }];
  const attached = new Set<string>();
  for (const { path } of request.attachments ?? []) {
    const { real, size } = await attachedFile(path, mayRead);
    attached.add(real);
    content.push(await attachmentBlock(real, size));
  }
  return { content, attached };
}

async function attachedFile(
  path: string,
  mayRead: (path: string) => boolean,
): Promise<{ readonly real: string; readonly size: number }> {
  try {
    const real = await realpath(path);
    const facts = await stat(real);
    if (facts.isFile() && mayRead(real)) return { real, size: facts.size };
  } catch {
    // Not there, or not ours to look at: the answer is the same.
  }
  throw new InvalidRequestError('attachment_not_found');
}

async function attachmentBlock(path: string, size: number): Promise<Content[number]> {
  const extension = extname(path).toLowerCase();
  if (isImage(extension) && size <= maxImage) {
    const data = await readFile(path, 'base64');
    return { type: 'image', source: { type: 'base64', media_type: imageTypes[extension], data } };
  }
  if (extension === '.pdf' && size <= maxDocument) {
    const data = await readFile(path, 'base64');
    return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } };
  }
  return { type: 'text', text: `Attached file: ${path}` };
}

function isImage(extension: string): extension is keyof typeof imageTypes {
  return Object.hasOwn(imageTypes, extension);
}
