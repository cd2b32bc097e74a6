/** The types of a file that can be attached; of text any (`text/*`). */
export const attachmentTypes = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
] as const;
type BinaryType = (typeof attachmentTypes)[number];
/** `text`: of any kind, in UTF-8. */
export type AttachmentType = BinaryType | 'text';

/** The endings a name of that type may have, the usual one first: what the model gets of a file is decided by its ending, where it has one of these. */
export const endings: Readonly<Record<BinaryType, readonly [string, ...string[]]>> = {
  'image/png': ['.png'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/gif': ['.gif'],
  'image/webp': ['.webp'],
  'application/pdf': ['.pdf'],
};

/** The type that a `Content-Type` names; null for one that cannot be attached. */
export function attachmentTypeOf(contentType: string): AttachmentType | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^text\/[a-z0-9.+-]+$/.test(type) ? 'text' : (attachmentTypes.find((each) => each === type) ?? null);
}

/** Looks at the bytes of a file as they come. */
export interface TypeCheck {
  /** False once they cannot be of that type. */
  add(piece: Uint8Array): boolean;
  /** Whether the whole file can be. */
  end(): boolean;
}

/**
 * Whether a file is what it is said to be: pictures and PDFs by how they begin, text by being UTF-8 without a zero byte.
 * Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
export function typeCheck(type: AttachmentType): TypeCheck {
  return type === 'text' ? textCheck() : headCheck(heads[type]);
}

/** -1: any byte. */
const heads: Readonly<Record<BinaryType, readonly (readonly number[])[]>> = {
  'image/png': [[0x89, ...codes('PNG\r\n'), 0x1a, 0x0a]],
  'image/jpeg': [[0xff, 0xd8, 0xff]],
  'image/gif': [codes('GIF87a'), codes('GIF89a')],
  'image/webp': [[...codes('RIFF'), -1, -1, -1, -1, ...codes('WEBPVP')]],
  'application/pdf': [codes('%PDF-')],
};

/** Bytes at the beginning of a file by which its type is known. */
export const headBytes = 16;

/** The type of a picture or PDF by how it begins; null: it is neither. Pure. */
export function typeOfHead(head: Uint8Array): BinaryType | null {
  return (
    attachmentTypes.find((type) => {
      const check = typeCheck(type);
      return check.add(head) && check.end();
    }) ?? null
  );
}

function codes(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

function headCheck(patterns: readonly (readonly number[])[]): TypeCheck {
  const longest = Math.max(...patterns.map(({ length }) => length));
  let head = Buffer.alloc(0);
  const fits = (pattern: readonly number[], whole: boolean): boolean =>
    (!whole || head.length >= pattern.length) &&
    pattern.slice(0, head.length).every((byte, at) => byte === -1 || byte === head[at]);
  return {
    add(piece) {
      if (head.length >= longest) return true;
      head = Buffer.concat([head, piece.subarray(0, longest - head.length)]);
      return patterns.some((pattern) => fits(pattern, false));
    },
    end: () => patterns.some((pattern) => fits(pattern, true)),
  };
}

function textCheck(): TypeCheck {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decodes = (piece?: Uint8Array): boolean => {
    try {
      // A zero byte is in no text, and in nearly every other file.
      return !decoder.decode(piece, { stream: piece !== undefined }).includes('\0');
    } catch {
      return false;
    }
  };
  return { add: (piece) => decodes(piece), end: () => decodes() };
}
