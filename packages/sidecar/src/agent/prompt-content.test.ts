import { appendFileSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promptContent } from './prompt-content.ts';

let dir: string;
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-prompt-')));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A file of so many bytes, none of which is the same as its neighbours. */
function file(name: string, bytes: number): string {
  const path = join(dir, name);
  writeFileSync(path, Buffer.from(Array.from({ length: 997 }, (_, at) => at % 251)));
  if (bytes > 997) {
    const piece = Buffer.alloc(1_000_000, Buffer.from(Array.from({ length: 997 }, (_, at) => at % 251)));
    for (let length = 997; length < bytes; length += piece.length) appendFileSync(path, piece);
  }
  truncateSync(path, bytes);
  return path;
}

const content = (...paths: string[]) =>
  promptContent({ prompt: 'Look', attachments: paths.map((path) => ({ path })) }, () => true);

describe('attachments', () => {
  it.each([0, 1, 996, 768 * 1024, 768 * 1024 + 1, 3_000_001])(
    'of %i bytes arrive as they are',
    async (bytes) => {
      const path = file('a.pdf', bytes);
      const [text, document] = await (await content(path)).read();
      expect(text).toEqual({ type: 'text', text: 'Look' });
      const data = (document as { source: { data: string } }).source.data;
      const { readFileSync } = await import('node:fs');
      expect(data === readFileSync(path, 'base64')).toBe(true);
    },
  );

  it('are refused together before any of them is read, with their sizes', async () => {
    const [small, large, plain] = [
      file('small.png', 3_400_000),
      file('large.pdf', 19_000_000),
      file('x.csv', 30_000_000),
    ];
    await (await content(small, plain)).read();
    await expect(content(large, small, plain)).rejects.toMatchObject({
      code: 'attachments_too_large',
      detail:
        'Images and PDFs may have 22 MB together in one message. These 2 have 22.4 MB; the largest is large.pdf, 19 MB. Attach fewer of them.',
    });
    await expect(content(...Array.from({ length: 20 }, () => large))).rejects.toMatchObject({
      detail: expect.stringContaining('380 MB'),
    });
  });

  it('that grow after they were attached bring no more than their size then; those that shrink are gone', async () => {
    const path = file('grows.pdf', 1_000);
    const grows = await content(path);
    appendFileSync(path, Buffer.alloc(5_000));
    const [, document] = await grows.read();
    expect(Buffer.from((document as { source: { data: string } }).source.data, 'base64')).toHaveLength(1_000);
    const shrinks = await content(path);
    truncateSync(path, 10);
    await expect(shrinks.read()).rejects.toMatchObject({ code: 'attachment_not_found' });
    rmSync(path);
    await expect(shrinks.read()).rejects.toMatchObject({ code: 'attachment_not_found' });
  });

  it('are read without holding up anything else', async () => {
    const all = await content(file('one.pdf', 19_000_000), file('two.png', 2_900_000));
    let done = false;
    let longestMs = 0;
    const ticking = (async () => {
      let before = process.threadCpuUsage();
      while (!done) {
        await new Promise((resolve) => setImmediate(resolve));
        // By the thread's own time: a machine that is busy with something else does not count.
        const { user, system } = process.threadCpuUsage(before);
        longestMs = Math.max(longestMs, (user + system) / 1000);
        before = process.threadCpuUsage();
      }
    })();
    await all.read();
    done = true;
    await ticking;
    expect(longestMs).toBeLessThan(50);
  });
});
