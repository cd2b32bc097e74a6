import { InvalidRequestError } from '../errors/index.ts';

const dangerousKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value of a JSON text that is no deeper than `maxDepth`, no longer than `maxLength` UTF-16 units, and names nothing
 * that reaches a prototype. Nothing of the text is repeated in the error.
 * @throws InvalidRequestError `bad_request`
 */
export function parseJsonStrictly(
  text: string,
  limits: { readonly maxDepth: number; readonly maxLength?: number },
): unknown {
  if (text.length > (limits.maxLength ?? Number.POSITIVE_INFINITY)) throw unreadable('The JSON is too long.');
  if (text.trim() === '') throw unreadable('The body is empty: send at least {}.');
  // Before parsing: what parses deep input may not survive walking it.
  if (isDeeperThan(text, limits.maxDepth)) throw unreadable('The JSON is nested too deeply.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('The body is not valid JSON.');
  }
  if (namesPrototype(value)) throw unreadable('The JSON has a key that is never accepted.');
  return value;
}

function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at += 1;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (character === 0x7d || character === 0x5d) depth -= 1;
  }
  return false;
}

function namesPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPrototype);
  return Object.entries(value).some(([key, inner]) => dangerousKeys.has(key) || namesPrototype(inner));
}

function unreadable(detail: string): InvalidRequestError {
  return new InvalidRequestError('bad_request', detail);
}
