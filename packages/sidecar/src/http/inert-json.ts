const first = (code: number) => String.fromCharCode(code);
/**
 * What JSON leaves as it is although a terminal obeys it: DEL, C1, and the marks that reorder text. Source: RFC 8259, 7; ECMA-48; Unicode
 * UAX #9.
 */
const steering = new RegExp(`[${first(0x7f)}-${first(0x9f)}\\u202a-\\u202e\\u2066-\\u2069]`, 'g');

/** The same JSON, with whatever could steer a terminal escaped: it means what it meant, and shows nothing but text. */
export function inertJson(json: string): string {
  return json.replace(steering, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
