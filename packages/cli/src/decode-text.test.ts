import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from './command-error.ts';
import { decodeText } from './decode-text.ts';

const words = 'Grüße, “7 − 2”? 🙂\n';
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('piped text', () => {
  it.each([
    ['UTF-8', Buffer.from(words)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${words}`)],
    ['UTF-16 little-endian with its mark', Buffer.from(`\ufeff${words}`, 'utf16le')],
    ['UTF-16 big-endian with its mark', swapped(`\ufeff${words}`)],
    ['UTF-16 little-endian without one', Buffer.from(words, 'utf16le')],
    ['UTF-16 big-endian without one', swapped(words)],
  ])('in %s is decoded, without the mark', (_name, bytes) => {
    expect(decodeText(bytes)).toBe(words);
  });

  it.each([
    ['Latin-1', Buffer.from('Grüße', 'latin1')],
    ['Windows-1252', Buffer.from([0x93, 0x68, 0x69, 0x94])],
    ['half a character', Buffer.from('ü').subarray(0, 1)],
    ['zero bytes', Buffer.from('a\0b\0\0c')],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
  ])('in %s is refused', (_name, bytes) => {
    expect(() => decodeText(bytes)).toThrow(UsageError);
  });

  it('never comes out garbled', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let text: string;
        try {
          text = decodeText(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return;
        }
        expect(text).not.toMatch(/[\0\ufffd]/);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\ufeff'));
        expect(decodeText(Buffer.from(text))).toBe(text);
      }),
    );
  });
});
