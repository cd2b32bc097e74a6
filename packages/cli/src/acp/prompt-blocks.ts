import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';

/** A prompt as `POST /query` takes it. */
export interface PreparedPrompt {
  readonly prompt: string;
  /** Whether the user's own text begins it with a `/`: the protocol sends commands as text. */
  readonly mayBeCommand: boolean;
  readonly attachments: readonly { readonly path: string }[];
  /** Removes the files that were written for it. */
  remove(): Promise<void>;
}

/** Pictures and documents by the ending that the sidecar knows them by. */
const endings: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'application/pdf': '.pdf',
};

/**
 * A client's content blocks as one prompt: text as it is, embedded files quoted under their address, links named, pictures and PDFs as
 * files of this user's only. Leaves none where it fails.
 */
export async function preparedPrompt(blocks: readonly ContentBlock[]): Promise<PreparedPrompt> {
  const texts: string[] = [];
  const attachments: { path: string }[] = [];
  let folder: string | null = null;
  const attach = async (data: string, type: string): Promise<boolean> => {
    const ending = endings[type];
    if (ending === undefined) return false;
    folder ??= await mkdtemp(join(tmpdir(), 'postern-acp-'));
    const path = join(folder, `attachment-${attachments.length + 1}${ending}`);
    await writeFile(path, Buffer.from(data, 'base64'), { mode: 0o600, flag: 'wx' });
    attachments.push({ path });
    return true;
  };
  const remove = async (): Promise<void> => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  const take = async (block: ContentBlock): Promise<void> => {
    if (block.type === 'text') texts.push(block.text);
    else if (block.type === 'image') {
      if (!(await attach(block.data, block.mimeType)))
        texts.push(`[A picture of type ${block.mimeType} was left out.]`);
    } else if (block.type === 'resource_link') texts.push(linkText(block.uri, block.name));
    else if (block.type === 'resource') {
      const { resource } = block;
      if ('text' in resource) texts.push(embeddedText(resource.uri, resource.text));
      else if (!(await attach(resource.blob, resource.mimeType ?? '')))
        texts.push(`[The file ${placeOf(resource.uri)} was left out: it is no text, picture or PDF.]`);
    } else texts.push('[Sound was left out.]');
  };
  try {
    for (const block of blocks) await take(block);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    prompt: texts.join('\n\n'),
    mayBeCommand: blocks[0]?.type === 'text' && blocks[0].text.startsWith('/'),
    attachments,
    remove,
  };
}

function linkText(uri: string, name: string): string {
  const place = placeOf(uri);
  return place === name || name === '' ? place : `${name} (${place})`;
}

/** A fence longer than any in the text, so that the text cannot end it. */
function embeddedText(uri: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([fence]) => fence.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${placeOf(uri)}:\n${fence}\n${text}\n${fence}`;
}

/** The path of a `file:` address, any other address as it is. */
function placeOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}
