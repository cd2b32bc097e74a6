import type { FileToAttach } from '@postern/client';
import { type Failure, failureOfCode } from '../format/index.ts';

/** Most bytes of one file. Source: docs/spec/contract.md#files. */
const maxBytes = 32 * 1024 * 1024;
const types: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
]);
/** As many bytes tell text from what is none; the rest is looked at where the file is kept. */
const sniffBytes = 64 * 1024;

/** A file as it can be sent, or why it cannot. Never throws. */
export async function sendableFile(file: File): Promise<FileToAttach | Failure> {
  if (file.size > maxBytes) return failureOfCode('attachment_too_large');
  const name = file.name === '' ? 'pasted' : file.name;
  if (types.has(file.type)) return { name, type: file.type, bytes: file };
  // Browsers go by the ending, and know few of those that text has: a program's source is "video" to them, or nothing.
  return (await looksLikeText(file))
    ? { name, type: 'text/plain', bytes: file }
    : failureOfCode('attachment_type_unsupported');
}

async function looksLikeText(file: File): Promise<boolean> {
  try {
    const bytes = await file.slice(0, sniffBytes).arrayBuffer();
    // A letter of several bytes may be cut where the piece ends.
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }).includes('\0');
  } catch {
    // Not UTF-8; or a folder, which browsers hand over as a file that cannot be read.
    return false;
  }
}
