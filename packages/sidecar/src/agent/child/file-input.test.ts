import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileInput, type MarkedFile, markedFile } from './file-input.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'postern-input-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A file of so many bytes, none of which is the same as its neighbours. */
function file(name: string, bytes: number): MarkedFile {
  const path = join(dir, name);
  writeFileSync(path, Buffer.alloc(bytes, Buffer.from(Array.from({ length: 251 }, (_, at) => at))));
  return markedFile(path, bytes);
}

const base64 = ({ path }: MarkedFile): string => readFileSync(path, 'base64');

/** A program's input that is read slowly. */
function input() {
  const pieces: Buffer[] = [];
  const target = new Writable({
    highWaterMark: 1024,
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk);
      setImmediate(done);
    },
  });
  const written = new FileInput();
  written.connect(target);
  return { written, target, text: () => Buffer.concat(pieces).toString() };
}

async function ended({ written, target }: ReturnType<typeof input>): Promise<void> {
  written.end();
  await finished(target);
}

describe('what is written to a program', () => {
  it('goes on as it is, in its order', async () => {
    const to = input();
    for (let at = 0; at < 100; at += 1) to.written.write(`{"ü":${at}}\n`);
    await ended(to);
    expect(to.text()).toBe(Array.from({ length: 100 }, (_, at) => `{"ü":${at}}\n`).join(''));
  });

  it.each([0, 1, 2, 3, 191_999, 192_000, 196_608, 196_609, 3_000_001])(
    'has a file of %i bytes in the place of its marker',
    async (bytes) => {
      const to = input();
      const one = file('one.pdf', bytes);
      await to.written.expect([one]);
      to.written.write('before\n');
      to.written.write(JSON.stringify({ data: one.marker, more: 'ü' }));
      to.written.write('\nafter\n');
      await ended(to);
      expect(to.text() === `before\n${JSON.stringify({ data: base64(one), more: 'ü' })}\nafter\n`).toBe(true);
    },
  );

  it('has several in whatever order they stand, each once; a marker nobody announced is text', async () => {
    const to = input();
    const [one, two, other] = [file('1', 5), file('2', 7), file('3', 9)];
    await to.written.expect([one, two]);
    const line = (first: string, second: string): string => `[${second}|${first}|${other.marker}]\n`;
    to.written.write(line(one.marker, two.marker));
    to.written.write(line(one.marker, two.marker));
    await ended(to);
    expect(to.text()).toBe(line(base64(one), base64(two)) + line(one.marker, two.marker));
  });

  it('has no more of a file that grew than was there', async () => {
    const to = input();
    const one = file('grows', 10);
    const before = base64(one);
    appendFileSync(one.path, 'more');
    await to.written.expect([one]);
    to.written.write(`"${one.marker}"`);
    await ended(to);
    expect(to.text()).toBe(`"${before}"`);
  });

  it('is not begun where a file is gone or shorter, and ends where it gets shorter later', async () => {
    const to = input();
    const one = file('shrinks', 400_000);
    await expect(
      to.written.expect([file('here', 1), markedFile(join(dir, 'nowhere'), 1)]),
    ).rejects.toMatchObject({
      code: 'attachment_not_found',
    });
    await to.written.expect([one]);
    truncateSync(one.path, 200_000);
    await expect(to.written.expect([one])).rejects.toMatchObject({ code: 'attachment_not_found' });
    await to.written.expect([markedFile(one.path, 200_000)].map((each) => ({ ...each, marker: one.marker })));
    truncateSync(one.path, 100_000);
    to.written.write(one.marker);
    await expect(finished(to.target)).rejects.toThrow();
    expect(to.written.destroyed).toBe(true);
  });

  it('lets everything else go on while a large file is read', async () => {
    const to = input();
    const one = file('large.pdf', 20_000_000);
    await to.written.expect([one]);
    let isOver = false;
    let longestMs = 0;
    const ticking = (async () => {
      let before = process.threadCpuUsage();
      while (!isOver) {
        await new Promise((resolve) => setImmediate(resolve));
        // By the thread's own time: a machine that is busy with something else does not count.
        const { user, system } = process.threadCpuUsage(before);
        longestMs = Math.max(longestMs, (user + system) / 1000);
        before = process.threadCpuUsage();
      }
    })();
    to.written.write(JSON.stringify({ data: one.marker }));
    await ended(to);
    isOver = true;
    await ticking;
    // Reading it at once takes several hundred.
    expect(longestMs).toBeLessThan(100);
    expect(to.text()).toHaveLength(JSON.stringify({ data: '' }).length + Math.ceil(20_000_000 / 3) * 4);
  });
});
