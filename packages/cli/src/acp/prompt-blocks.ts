import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';
import { type PosternClient, PosternError } from '@postern/client';

/** A prompt as `POST /query` takes it. */
export interface PreparedPrompt {
  readonly prompt: string;
  /** Whether the user's own text begins it with a `/`: the protocol sends commands as text. */
  readonly mayBeCommand: boolean;
  readonly attachments: readonly { readonly path: string }[];
}

/**
 * A client's content blocks as one prompt: text as it is, embedded files quoted under their address, links named. Pictures and documents are
 * given to the sidecar, which keeps them with the conversation: the agent can use them in later turns too.
 * @throws PosternError what `attach` throws, but for a file of a type that cannot be attached, which is named as left out
 */
export async function preparedPrompt(
  blocks: readonly ContentBlock[],
  sidecar: Pick<PosternClient, 'attach'>,
  signal: AbortSignal,
): Promise<PreparedPrompt> {
  const texts: string[] = [];
  const attachments: { path: string }[] = [];
  const attach = async (data: string, type: string, uri: string, leftOut: string): Promise<void> => {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
    try {
      const file = { name: nameIn(uri), type: typeOf(bytes) ?? type, bytes };
      const { path } = await sidecar.attach(file, { signal });
      attachments.push({ path });
    } catch (error) {
      if (!(error instanceof PosternError && error.code === 'attachment_type_unsupported')) throw error;
      texts.push(leftOut);
    }
  };
  for (const block of blocks) {
    if (block.type === 'text') texts.push(block.text);
    else if (block.type === 'image') {
      const { data, mimeType, uri } = block;
      await attach(data, mimeType, uri ?? 'picture', `[A picture of type ${mimeType} was left out.]`);
    } else if (block.type === 'resource_link') texts.push(linkText(block.uri, block.name));
    else if (block.type === 'resource') {
      const { resource } = block;
      const where = pathOrUri(resource.uri);
      if ('text' in resource) texts.push(embeddedText(where, resource.text));
      else {
        const leftOut = `[The file ${where} was left out: it is no text, picture or PDF.]`;
        await attach(resource.blob, resource.mimeType ?? 'application/octet-stream', resource.uri, leftOut);
      }
    } else texts.push('[Sound was left out.]');
  }
  return {
    prompt: texts.join('\n\n'),
    mayBeCommand: blocks[0]?.type === 'text' && blocks[0].text.startsWith('/'),
    attachments,
  };
}

/** Of an address, in the length that the sidecar takes. */
function nameIn(uri: string): string {
  return basename(pathOrUri(uri)).slice(-100) || 'attachment';
}

/** By how a file begins: clients name a picture's type wrongly. Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern */
function typeOf(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('GIF8')) return 'image/gif';
  if (/^RIFF[\s\S]{4}WEBP/.test(head)) return 'image/webp';
  return head.startsWith('%PDF-') ? 'application/pdf' : null;
}

function linkText(uri: string, name: string): string {
  const where = pathOrUri(uri);
  return where === name || name === '' ? where : `${name} (${where})`;
}

/** A fence longer than any in the text, so that the text cannot end it. */
function embeddedText(where: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([fence]) => fence.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${where}:\n${fence}\n${text}\n${fence}`;
}

/** The path of a `file:` address, any other address as it is. */
function pathOrUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}
