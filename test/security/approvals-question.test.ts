import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeToolCall } from '@postern/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ApprovalsHouse,
  bash,
  fetchPage,
  type Outcome,
  openApprovalsHouse,
  write,
} from './harness/approvals.ts';
import type { Attempt } from './harness/hostile-model.ts';

let house: ApprovalsHouse;
let work: string;
beforeAll(async () => {
  house = await openApprovalsHouse();
  ({ work } = house);
});
afterAll(() => house.close());

describe('a question', () => {
  const huge = `echo ${'x'.repeat(300_000)}\nrm -rf important`;
  const shown: [string, () => Attempt, (outcome: Outcome) => void][] = [
    [
      'shows a command of 300,000 characters whole',
      () => bash(huge),
      ({ question }) => {
        const { parts } = describeToolCall('Bash', question?.input ?? {});
        expect(parts[0]).toEqual({ label: 'Command', kind: 'command', text: huge });
        expect(question?.input['command']).toBe(huge);
        expect(question?.remember).toBeNull();
      },
    ],
    [
      'warns of marks that turn the direction in a command',
      () => bash('echo \u202Etxt.exe'),
      ({ question }) => expect(question).toMatchObject({ cautions: ['hidden_characters'], remember: null }),
    ],
    [
      'warns of marks that turn the direction in a name',
      () => write(join(work, 'invoice\u202Efdp.sh')),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of characters in the content that do not show',
      () => write(join(work, 'x.js'), 'const a\u2060b = 1;\n'),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of terminal escapes',
      () => write(join(work, 'escapes.txt'), '\u001B[2K\u001B[1Aecho safe'),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of a letter of another script in a path',
      () => write(join(work, 'src/indеx.ts')),
      ({ question }) => expect(question?.cautions).toEqual(['look_alike_characters']),
    ],
    [
      'warns of a host in another script',
      () => fetchPage('https://аpple.invalid/'),
      ({ question }) => expect(question?.cautions).toEqual(['look_alike_characters']),
    ],
    [
      'shows the whole difference of a new file',
      () => write(join(work, 'many.txt'), Array.from({ length: 3_000 }, (_, at) => `line ${at}\n`).join('')),
      ({ question }) => {
        expect(question?.diff).toContain('+line 0\n');
        expect(question?.diff).toContain('+line 2999\n');
      },
    ],
    [
      'shows the input of a cell of a notebook',
      () => ({
        tool: 'NotebookEdit',
        input: { notebook_path: join(work, 'book.ipynb'), cell_id: 'a', new_source: 'print("the cell")' },
      }),
      ({ question }) =>
        expect(question?.call?.parts).toContainEqual({
          label: 'New content of the cell',
          kind: 'text',
          text: 'print("the cell")',
        }),
    ],
    [
      'says that a file which would be replaced holds no text',
      () => write(join(work, 'picture.png')),
      ({ question }) => {
        expect(question?.cautions).toContain('binary_file');
        expect(question?.diff).toBeUndefined();
      },
    ],
    [
      'waits: it ends by no clock',
      () => bash('sleep 0'),
      ({ question }) => expect(question?.expiresAt).toBeNull(),
    ],
  ];
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    await house.forget();
    writeFileSync(join(work, 'picture.png'), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1));
    const cell = {
      cell_type: 'code',
      id: 'a',
      metadata: {},
      outputs: [],
      execution_count: null,
      source: 'x',
    };
    writeFileSync(
      join(work, 'book.ipynb'),
      JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    const reads = ['book.ipynb', 'picture.png'].map((name) => ({
      tool: 'Read',
      input: { file_path: join(work, name) },
    }));
    const seen = await house.attempt([...reads, ...shown.map(([, attempt]) => attempt())], () => 'deny');
    outcomes = seen.slice(reads.length);
  });

  test.each(shown.map(([name, , check], at) => [name, at, check] as const))('%s', (_name, at, check) => {
    const outcome = outcomes[at];
    expect(outcome?.question).not.toBeNull();
    if (outcome !== undefined) check(outcome);
  });

  test('asked a hundred times at once is a hundred questions, and one yes is one yes', async () => {
    await house.forget();
    const many = Array.from({ length: 100 }, (_, at) => write(join(work, `many/${at}.txt`)));
    house.model.attempts = [many];
    const asked: string[] = [];
    const { client } = house.postern;
    for await (const event of client.runQuery({ prompt: 'Hello', workspace: work })) {
      if (event.event !== 'permission_request') continue;
      asked.push(String(event.data.path));
      const decision = asked.length === 1 ? 'allow' : 'deny';
      await client.approve({ requestId: event.data.requestId, decision });
    }
    expect(new Set(asked).size).toBe(100);
    expect(readdirSync(join(work, 'many'))).toHaveLength(1);
  });
});
