/**
 * How a secret stands in a text, or null where it does not: as it is, percent-encoded, as JSON writes it, in hex, in base64 of any
 * alignment, in UTF-16, backwards, or in pieces over lines, quotes, commas and plus signs. Pieces count from 16 characters on.
 */
export function findCanary(text: string, canary: string): string | null {
  const packed = pack(text);
  for (const [form, written] of formsOf(canary)) {
    if (text.includes(written)) return form;
    if (written.length >= 16 && packed.includes(pack(written))) return `${form}, split`;
  }
  return null;
}

function formsOf(canary: string): readonly (readonly [form: string, written: string])[] {
  const bytes = Buffer.from(canary);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(before === 0 ? 0 : before + 1, -1);
  });
  return [
    ['as it is', canary],
    ['percent-encoded', encodeURIComponent(canary)],
    [
      'percent-encoded throughout',
      [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    ],
    ['in JSON', JSON.stringify(canary).slice(1, -1)],
    ['in hex', bytes.toString('hex')],
    ['in capital hex', bytes.toString('hex').toUpperCase()],
    ['in UTF-16', Buffer.from(canary, 'utf16le').toString('latin1')],
    ['backwards', [...canary].reverse().join('')],
    ...base64.map((text) => ['in base64', text] as const),
    ...base64.map((text) => ['in base64url', text.replaceAll('+', '-').replaceAll('/', '_')] as const),
  ];
}

/** What a secret may be broken by: white space as it is and as JSON writes it, quotes, commas, plus signs. */
function pack(text: string): string {
  return text.replaceAll(/\\[nrt]|[\s"'`,+\\|]/g, '');
}
