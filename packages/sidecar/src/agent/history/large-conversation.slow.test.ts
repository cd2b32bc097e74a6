import { appendFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
} from '../../../test/support/agent/session-files.ts';
import { startProgram } from '../../../test/support/store/child-program.ts';

const program = new URL('../../../test/support/agent/read-history.program.ts', import.meta.url);
const megabyte = 1_000_000;

/** A prompt, a document of so many bytes beside it, and an answer. */
function turnOf(number: number, bytes: number): string {
  const source = { type: 'base64', media_type: 'application/pdf', data: 'QUJD'.repeat(bytes / 4) };
  const content = [
    { type: 'document', source },
    { type: 'text', text: `Question ${number}` },
  ];
  return sessionText([
    sessionLine.user('', { message: { content } }),
    sessionLine.assistant(`Answer ${number}. ${'Many words. '.repeat(200)}`),
  ]);
}

it.each([
  // How long each line is, how many turns, and the most memory that reading it may add. Measured: 41 MB, and 200 to 270 MB.
  ['of many lines', 100_000, 1_200, 120],
  // A large line goes through a thread, whole: as text, and as what it says. Where every line did, 960 MB were seen.
  ['of the largest files that can be attached', 20 * megabyte, 6, 400],
])(
  'a conversation of 120 MB %s is listed and read to its beginning in little memory',
  async (_, bytes, turns, most) => {
    const house = openHistoryHouse();
    const id = sessionId(1);
    const path = house.write(id, []);
    for (let turn = 0; turn < turns; turn += 1) appendFileSync(path, turnOf(turn, bytes));
    expect(statSync(path).size).toBeGreaterThan(120 * megabyte);

    const child = startProgram(program, [house.dataDir, id]);
    const { before, listed, paged, pages, count } = JSON.parse((await child.nextLine()) ?? '{}');
    await child.ended;

    expect([pages, count]).toEqual([Math.ceil((2 * turns) / 200), 2 * turns]);
    expect((listed - before) / megabyte).toBeLessThan(most);
    expect((paged - before) / megabyte).toBeLessThan(most);
  },
);
