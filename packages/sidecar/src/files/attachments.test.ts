import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attachmentName } from './attachment-name.ts';
import { createAttachments, maxAttachmentBytes } from './attachments.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const day = 24 * 60 * 60_000;

function place(dataDir = '/data', root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-attachments-')))) {
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  let now = Date.now();
  const attachments = createAttachments({ places: [join(root, 'attachments')], dataDir, clock: () => now });
  return {
    root,
    attachments,
    add: (name: string, contentType: string, ...pieces: readonly (Buffer | string)[]) =>
      attachments.add({ name, contentType, body: Readable.from(pieces.map((piece) => Buffer.from(piece))) }),
    later(ms: number): void {
      now += ms;
    },
    files: () =>
      readdirSync(join(root, 'attachments'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name),
  };
}

describe('an attachment', () => {
  it('is kept as it came, for its owner only', async () => {
    const { add, root } = place();

    const kept = await add('../../holiday.png', 'image/png', png.subarray(0, 3), png.subarray(3));

    expect(kept).toEqual({
      path: expect.stringContaining(join(root, 'attachments')),
      name: 'holiday.png',
      bytes: 10,
    });
    expect(readFileSync(kept.path)).toEqual(png);
    expect(statSync(kept.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(kept.path, '..')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['text that is a picture', 'a.txt', 'text/plain', png],
    ['a picture that is text', 'a.png', 'image/png', Buffer.from('hello')],
    ['a picture cut short', 'a.png', 'image/png', png.subarray(0, 5)],
    ['nothing as a picture', 'a.png', 'image/png', Buffer.alloc(0)],
    ['a PDF that is HTML', 'a.pdf', 'application/pdf', Buffer.from('<html>')],
    ['a JPEG as a GIF', 'a.gif', 'image/gif', Buffer.from('ffd8ffe0', 'hex')],
    ['half a letter', 'a.txt', 'text/plain', Buffer.from('é').subarray(0, 1)],
    ['SVG', 'a.svg', 'image/svg+xml', Buffer.from('<svg/>')],
    ['a program', 'a.exe', 'application/octet-stream', Buffer.from('MZ')],
  ])('that is %s is refused, and nothing of it stays', async (_name, name, type, bytes) => {
    const { add, files } = place();
    await add('a.png', 'image/png', png);
    await expect(add(name, type, bytes)).rejects.toMatchObject({ code: 'attachment_type_unsupported' });
    expect(files()).toEqual(['a.png']);
  });

  it.each([
    ['image/jpeg', Buffer.from('ffd8ffe000', 'hex')],
    ['image/gif', Buffer.from('GIF89a…')],
    ['image/webp', Buffer.from('RIFF1234WEBPVP8 ')],
    ['application/pdf', Buffer.from('%PDF-1.7')],
    ['text/csv; charset=utf-8', Buffer.from('é,1')],
    ['text/plain', Buffer.alloc(0)],
  ])('may be %s', async (type, bytes) => {
    expect(await place().add('a', type, bytes)).toMatchObject({ bytes: bytes.length });
  });

  it('of 32 MiB is taken, and with one byte more refused', async () => {
    const { add, files } = place();
    const whole = Buffer.alloc(maxAttachmentBytes, 'a');
    expect(await add('a.txt', 'text/plain', whole)).toMatchObject({ bytes: maxAttachmentBytes });
    await expect(add('b.txt', 'text/plain', whole, 'a')).rejects.toMatchObject({
      code: 'attachment_too_large',
    });
    expect(files()).toEqual(['a.txt']);
  });

  it('goes after a day, unless a conversation that is still there uses it', async () => {
    const { add, attachments, later, files } = place();
    const [unused, used, gone] = [
      await add('unused.png', 'image/png', png),
      await add('used.png', 'image/png', png),
      await add('gone.png', 'image/png', png),
    ];
    await attachments.keepFor([used.path, '/etc/hosts', '/nowhere'], 'conversation-1');
    await attachments.keepFor([gone.path, used.path], 'conversation-2');
    const exists = async (id: string) => id === 'conversation-1';

    later(day - 60_000);
    await attachments.sweep(exists);
    expect(
      files()
        .filter((name) => name.endsWith('.png'))
        .sort(),
    ).toEqual(['gone.png', 'unused.png', 'used.png']);

    later(120_000);
    await expect(attachments.sweep(() => Promise.reject(new Error('unknown')))).rejects.toThrow('unknown');
    expect(files()).toContain('used.png');
    await attachments.sweep(exists);
    expect(files().filter((name) => name.endsWith('.png'))).toEqual(['used.png']);
    expect(() => statSync(unused.path)).toThrow('ENOENT');

    await attachments.sweep(async () => false);
    expect(files()).toEqual([]);
  });

  it('goes at once with its conversation, unless another one uses it', async () => {
    const { add, attachments, files } = place();
    const [own, shared, unsent] = [
      await add('own.png', 'image/png', png),
      await add('shared.png', 'image/png', png),
      await add('unsent.png', 'image/png', png),
    ];
    await attachments.keepFor([own.path, own.path, shared.path], 'conversation-1');
    await attachments.keepFor([shared.path], 'conversation-2');
    await attachments.dropFor('conversation-1');
    expect(() => statSync(own.path)).toThrow('ENOENT');
    expect([statSync(shared.path).isFile(), statSync(unsent.path).isFile()]).toEqual([true, true]);
    await attachments.dropFor('conversation-2');
    expect(files()).toEqual(['unsent.png']);
  });

  it('of another data directory is left alone', async () => {
    const { root, add, files } = place('/one');
    await add('a.png', 'image/png', png);
    const other = place('/two', root);
    other.later(2 * day);
    await other.attachments.sweep(async () => false);
    expect(files()).toEqual(['a.png']);
  });
});

describe('the name of an attachment', () => {
  it.each([
    ['Report.PDF', 'application/pdf', 'Report.PDF'],
    ['C:\\Users\\me\\a b.png', 'image/png', 'a b.png'],
    ['..', 'image/png', 'attachment.png'],
    ['', 'text', 'attachment.txt'],
    ['.bashrc', 'text', 'bashrc.txt'],
    ['notes.md', 'text', 'notes.md'],
    ['notes.png', 'text', 'notes.png.txt'],
    ['photo', 'image/jpeg', 'photo.jpg'],
    ['photo.JPEG', 'image/jpeg', 'photo.JPEG'],
    ['photo.pdf', 'image/png', 'photo.pdf.png'],
    ['con.txt', 'text', '_con.txt'],
    ['a\u202Egnp.exe\u0000\n.png', 'image/png', 'agnp.exe.png'],
    ['$(rm).png', 'image/png', '_(rm).png'],
    [`${'ä'.repeat(200)}.png`, 'image/png', `${'ä'.repeat(76)}.png`],
  ] as const)('%j of %s is %j', (given, type, name) => {
    expect(attachmentName(given, type)).toBe(name);
  });
});
