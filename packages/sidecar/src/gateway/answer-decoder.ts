import type { Duplex } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createInflateRaw,
  createUnzip,
  createZstdDecompress,
} from 'node:zlib';

/** Makes an answer readable as it passes; the bytes that are forwarded are not touched. */
export interface AnswerDecoder {
  write(chunk: Buffer): void;
  /** Everything that was written has been given out. */
  end(): Promise<void>;
}

/** More than any answer has; a compressed one that grows beyond it is no longer read. */
const longestAnswer = 256 * 1024 * 1024;

/**
 * A decoder for a `content-encoding`. What came uncompressed is given out before `write` returns, the rest a moment later. An encoding that is
 * not known, and bytes that are not what the header says, give nothing.
 * @param onPiece receives the answer as it is without the encoding
 */
export function createAnswerDecoder(
  encoding: string | null,
  onPiece: (piece: Buffer) => void,
): AnswerDecoder {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') {
    return { write: onPiece, end: async () => undefined };
  }
  let stream: Duplex | null = null;
  let length = 0;
  let isOver = false;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const finish = (): void => {
    isOver = true;
    resolve();
  };
  return {
    write(chunk) {
      if (isOver || chunk.length === 0) return;
      if (stream === null) {
        stream = decompressor(name, chunk);
        if (stream === null) return finish();
        stream.on('data', (piece: Buffer) => {
          length += piece.length;
          if (length > longestAnswer) stream?.destroy();
          else onPiece(piece);
        });
        stream.once('error', finish);
        stream.once('close', finish);
        stream.once('end', finish);
      }
      stream.write(chunk);
    },
    async end() {
      if (stream === null) return;
      if (!isOver) stream.end();
      await over;
    },
  };
}

/**
 * A stream that undoes a `content-encoding`, null for one that is not known. Bytes that end too early give what could be read of them.
 * @param first the first bytes of the body
 */
export function decompressor(encoding: string, first: Buffer): Duplex | null {
  const finishFlush = constants.Z_SYNC_FLUSH;
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createUnzip({ finishFlush });
    case 'deflate':
      return isZlib(first) ? createUnzip({ finishFlush }) : createInflateRaw({ finishFlush });
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return createZstdDecompress({ finishFlush: constants.ZSTD_e_flush });
    default:
      return null;
  }
}

/** Some servers send `deflate` without its frame, and every client reads both. Source: RFC 1950, section 2.2: the method is 8. */
export function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}
