import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
} from '../../../test/support/agent/session-files.ts';

const id = sessionId(1);
const newest = { limit: 50, before: null };
const at = '2026-11-28T10:00:00.000Z';
const attachments = [{ type: 'pdf', path: null }];

/** A prompt with a file of so many bytes before its words. */
function withFile(text: string, bytes: number): unknown {
  const data = Buffer.alloc(bytes, 'postern').toString('base64');
  const source = { type: 'base64', media_type: 'application/pdf', data };
  return sessionLine.user('', {
    message: {
      content: [
        { type: 'document', source },
        { type: 'text', text },
      ],
    },
  });
}

/** The most of its own time that this thread spends in one go until `work` is done, in milliseconds. */
async function longestTurnMs(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const before = process.threadCpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
  }
  await over;
  return longest;
}

it('a conversation that begins with a large file is found, listed and read', async () => {
  const house = openHistoryHouse();
  house.write(id, [withFile('What is in it?', 3_000_000), sessionLine.assistant('Words')]);
  const history = house.open();
  expect(await history.stateIn(house.configDir, id, '/projects')).toBe('readable');
  expect(await history.items(id, newest)).toMatchObject({
    title: 'What is in it?',
    items: [
      { type: 'user', text: 'What is in it?', at, attachments },
      { type: 'assistant_text', text: 'Words' },
    ],
  });
  expect((await history.items(id, { limit: 1, before: '1' })).items).toEqual([
    { type: 'user', text: 'What is in it?', at, attachments },
  ]);
});

it('what was changed in a large file is shown as the program has it, and no more of the file', async () => {
  const house = openHistoryHouse();
  const path = '/projects/large.txt';
  const before = `\tone\n${'x\n'.repeat(700_000)}`;
  const hunk = { oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: ['-  one', '+  two', ' x'] };
  const toolUseResult = { filePath: path, originalFile: before, oldString: '\tone', newString: '\ttwo' };
  house.write(id, [
    sessionLine.user('Change it'),
    sessionLine.user('', {
      message: { content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Updated.' }] },
      toolUseResult: { ...toolUseResult, structuredPatch: [hunk] },
    }),
  ]);
  const { items } = await house.open().items(id, newest);
  expect(items.at(-1)).toMatchObject({ path, diff: expect.stringMatching(/\n- {2}one\n\+ {2}two\n x\n$/) });
  expect(JSON.stringify(items).length).toBeLessThan(1_000);
});

it('reading a file of 20 MB in a conversation holds up nothing', async () => {
  const house = openHistoryHouse();
  const path = house.write(id, [sessionLine.user('Begin')]);
  const history = house.open();
  await history.items(id, newest);
  appendFileSync(path, sessionText([withFile('And this?', 20_000_000)]));
  const page = history.items(id, newest);
  // In one go the line takes 400 ms and more.
  expect(await longestTurnMs(page)).toBeLessThan(100);
  expect((await page).items.at(-1)).toEqual({ type: 'user', text: 'And this?', at, attachments });
});

it('a large line that is damaged is said to be missing, and what follows it is shown', async () => {
  const house = openHistoryHouse();
  const path = house.write(id, [sessionLine.user('Begin')]);
  const torn = JSON.stringify(withFile('Lost', 2_000_000)).slice(0, -20);
  appendFileSync(path, `${torn}\n${sessionText([sessionLine.assistant('Still here')])}`);
  const { items } = await house.open().items(id, newest);
  expect(items.map((item) => ('text' in item ? item.text : item.type))).toEqual([
    'Begin',
    'gap',
    'Still here',
  ]);
});
