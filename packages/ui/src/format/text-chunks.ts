const reach = 256;

/**
 * A text in pieces of at most `size` characters that join to the whole. Cut behind a line end or a space where one is near, and never
 * inside a character. Linear in the length of `text`.
 */
export function textChunks(text: string, size: number): readonly string[] {
  const chunks: string[] = [];
  let from = 0;
  while (text.length - from > size) {
    const to = cutBefore(text, from + size);
    chunks.push(text.slice(from, to));
    from = to;
  }
  if (from < text.length || chunks.length === 0) chunks.push(text.slice(from));
  return chunks;
}

function cutBefore(text: string, end: number): number {
  const tail = text.slice(end - reach, end);
  for (const mark of ['\n', ' ']) {
    const at = tail.lastIndexOf(mark);
    if (at !== -1) return end - reach + at + 1;
  }
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(end));
  return isPair ? end - 1 : end;
}
