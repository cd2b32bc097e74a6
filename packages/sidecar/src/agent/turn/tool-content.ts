/** Longest text of a tool result in an event, in characters. */
const maxToolResult = 200_000;

/** The text of a tool result, bounded; what is no text is named. */
export function toolResultText(content: unknown): string {
  const text =
    typeof content === 'string' ? content : Array.isArray(content) ? content.map(partText).join('\n') : '';
  return text.length <= maxToolResult ? text : `${text.slice(0, maxToolResult)}\n… cut off`;
}

function partText(part: unknown): string {
  const { type, text } = asRecord(part);
  return type === 'text' && typeof text === 'string' ? text : `[${String(type)}]`;
}

/** Levels of a tool's input that are passed on: written as JSON, a deeper one would overflow the serializer's stack. */
const deepest = 100;

/** A tool's input. What is nested deeper than can be passed on is named instead. */
export function toolInput(value: unknown): Record<string, unknown> {
  return cutBelow(asRecord(value), deepest) as Record<string, unknown>;
}

/** An object as a record; anything else as an empty one. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '[nested too deeply to be shown]';
  if (Array.isArray(value)) return value.map((each) => cutBelow(each, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cutBelow(each, levels - 1)]));
}
