import { UsageError } from './command-error.ts';

/**
 * Text as a shell or a file gives it: UTF-8, or UTF-16 by its mark or by the zero bytes that every second place then has. A mark is not part of
 * the text. @throws UsageError for anything else: sent as it is, it would be garbled and paid
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw new UsageError(
    'Standard input is not readable text: it is neither UTF-8 nor UTF-16. Nothing was sent. Convert it first, for example: iconv -f LATIN1 -t UTF-8 FILE | postern ask',
  );
}

/** Source: Encoding Standard, section 6, for the marks; PowerShell 5 pipes UTF-16 little-endian without one. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, 512);
  if (bytes.length % 2 !== 0 || !start.includes(0)) return 'utf-8';
  const zeros = (at: number): number => start.filter((byte, index) => byte === 0 && index % 2 === at).length;
  if (zeros(0) === 0) return 'utf-16le';
  return zeros(1) === 0 ? 'utf-16be' : 'utf-8';
}
