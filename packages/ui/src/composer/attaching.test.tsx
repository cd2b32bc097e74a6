// @vitest-environment happy-dom
import { PosternError } from '@postern/client';
import { problemOf } from '@postern/contract';
import { cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AttachedFiles } from './attached-files.tsx';
import { FolderPicker } from './folder-picker.tsx';
import { sendableFile } from './sendable-file.ts';
import { createUploads } from './uploads.ts';
import { pastedFiles, useDroppedFiles } from './use-dropped-files.ts';
import { useUploads } from './use-uploads.ts';

afterEach(cleanup);

const png = (name = 'a.png') => new File([new Uint8Array([137, 80])], name, { type: 'image/png' });

describe('a file that is put in', () => {
  it.each([
    ['a picture', png(), 'image/png'],
    ['a PDF', new File(['%PDF'], 'a.pdf', { type: 'application/pdf' }), 'application/pdf'],
    ['a program’s source', new File(['let x'], 'a.ts', { type: 'video/mp2t' }), 'text/plain'],
    ['text without a type', new File([`${'a'.repeat(65_535)}é`], 'Makefile'), 'text/plain'],
  ])('is sent as what it is: %s', async (_name, file, type) => {
    expect(await sendableFile(file)).toMatchObject({ name: file.name, type });
  });

  it.each([
    ['an archive', new File([new Uint8Array([80, 75, 0])], 'a.zip'), 'attachment_type_unsupported'],
    [
      'no UTF-8',
      new File([new Uint8Array([0xff, 0x41])], 'a.txt', { type: 'text/plain' }),
      'attachment_type_unsupported',
    ],
    [
      'too large',
      new File([new Uint8Array(32 * 1024 * 1024 + 1)], 'a.png', { type: 'image/png' }),
      'attachment_too_large',
    ],
  ])('is refused with what to do: %s', async (_name, file, code) => {
    expect(await sendableFile(file)).toMatchObject({ code, nextStep: expect.stringMatching(/^Attach/) });
  });

  it('goes where it was put in, and says so meanwhile; one that fails stays with its reason', async () => {
    const kept = Promise.withResolvers<{ path: string; name: string; bytes: number }>();
    const attach = vi.fn().mockReturnValueOnce(kept.promise);
    attach.mockRejectedValueOnce(new PosternError({ ...problemOf('storage_full'), status: 507 }));
    const attached = vi.fn();
    const uploads = createUploads(attach, attached);
    const { result, rerender } = renderHook(({ owner }) => useUploads(uploads, owner), {
      initialProps: { owner: 'one' },
    });
    result.current.add([png('a.png'), png('b.png')]);
    await waitFor(() =>
      expect(result.current.waiting.map(({ failure }) => failure?.code)).toEqual([undefined, 'storage_full']),
    );

    rerender({ owner: 'two' });
    expect(result.current.waiting).toEqual([]);
    kept.resolve({ path: '/kept/a.png', name: 'a.png', bytes: 2 });
    await waitFor(() => expect(attached.mock.calls).toEqual([['one', '/kept/a.png']]));
    expect(result.current.shown.get('/kept/a.png')).toMatchObject({ name: 'a.png', isTooLarge: false });
    attach.mockResolvedValueOnce({ path: '/kept/scan.pdf', name: 'scan.pdf', bytes: 20_000_001 });
    result.current.add([png('scan.png')]);
    await waitFor(() =>
      expect(result.current.shown.get('/kept/scan.pdf')).toMatchObject({ isTooLarge: true }),
    );

    rerender({ owner: 'one' });
    const [failed] = result.current.waiting;
    expect(result.current.waiting).toMatchObject([{ name: 'b.png' }]);
    result.current.dismiss(failed?.key ?? 0);
    await waitFor(() => expect(result.current.waiting).toEqual([]));
  });
});

describe('a file that is dropped on the window', () => {
  const dropped = (type: 'drop' | 'dragover', files: readonly File[], types = ['Files']) => {
    const event = new Event(type, { cancelable: true, bubbles: true });
    return Object.assign(event, { dataTransfer: { types, files, dropEffect: 'move' } });
  };

  it('is taken, and never makes the browser leave, wherever one is', () => {
    const taken = vi.fn();
    const { unmount } = renderHook(() => {
      useDroppedFiles(taken);
      useDroppedFiles(null);
    });
    const over = dropped('dragover', []);
    const drop = dropped('drop', [png()]);
    document.body.append(document.createElement('p'));
    document.body.dispatchEvent(over);
    document.body.dispatchEvent(drop);
    expect([over.defaultPrevented, over.dataTransfer.dropEffect]).toEqual([true, 'copy']);
    expect(drop.defaultPrevented).toBe(true);
    expect(taken).toHaveBeenCalledExactlyOnceWith([expect.objectContaining({ name: 'a.png' })]);
    unmount();

    renderHook(() => useDroppedFiles(null));
    const elsewhere = dropped('drop', [png()]);
    document.body.dispatchEvent(elsewhere);
    expect(elsewhere.defaultPrevented).toBe(true);
    expect(taken).toHaveBeenCalledTimes(1);
  });

  it('is taken by a composer that is drawn anew, after whoever turns files away', () => {
    renderHook(() => useDroppedFiles(null));
    const taken = vi.fn();
    renderHook(() => useDroppedFiles(taken));
    const over = dropped('dragover', []);
    document.body.dispatchEvent(over);
    document.body.dispatchEvent(dropped('drop', [png()]));
    expect(over.dataTransfer.dropEffect).toBe('copy');
    expect(taken).toHaveBeenCalledOnce();
  });

  it('leaves text that is dropped to the field', () => {
    const taken = vi.fn();
    renderHook(() => useDroppedFiles(taken));
    const text = dropped('drop', [], ['text/plain']);
    document.body.dispatchEvent(text);
    expect([text.defaultPrevented, taken.mock.calls]).toEqual([false, []]);
  });
});

it('a paste has files only where it has no text', () => {
  const files = [png()] as unknown as FileList;
  expect(pastedFiles({ files, getData: () => '' })).toHaveLength(1);
  expect(pastedFiles({ files, getData: () => 'a table' })).toEqual([]);
});

it('a file that is not attached says why in the table’s words, and can be dismissed', async () => {
  const failure = await sendableFile(new File([new Uint8Array([0])], 'a.zip'));
  if (!('code' in failure)) throw new Error('it was taken');
  const onDismiss = vi.fn();
  render(
    <AttachedFiles
      files={[]}
      shown={new Map()}
      waiting={[{ key: 7, owner: 'one', name: 'a.zip', failure }]}
      onRemove={() => undefined}
      onDismiss={onDismiss}
    />,
  );
  expect(screen.getByRole('alert').textContent).toContain(
    'a.zip could not be attached. Files of this type cannot be attached.',
  );
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss the message about a.zip' }));
  expect(onDismiss).toHaveBeenCalledWith(7);
});

it('that the model does not see itself says so', () => {
  const isTooLarge = (name: string) =>
    [`/kept/${name}`, { name, thumbnail: null, isTooLarge: name !== 'b.png' }] as const;
  render(
    <AttachedFiles
      files={['/kept/a.pdf', '/kept/b.png', '/typed/c.png']}
      shown={new Map([isTooLarge('a.pdf'), isTooLarge('b.png'), isTooLarge('elsewhere.png')])}
      waiting={[]}
      onRemove={() => undefined}
      onDismiss={() => undefined}
    />,
  );
  expect(screen.getAllByText(/too large/).map(({ textContent }) => textContent)).toEqual([
    'a.pdf is too large for the model to see. It gets the file’s path.',
  ]);
});

describe('the folder picker', () => {
  const list = (path: string, parent: string | null, ...names: readonly string[]) => ({
    path,
    parent,
    items: names.map((name) => ({ name, path: `${path}/${name}`, leadsTo: name === 'link' ? '/far' : null })),
    complete: true,
  });

  it('goes in and out by buttons, keeps the focus, says where a link leads, and gives the real path', async () => {
    const read = vi.fn(async (path: string | null) =>
      path === '/home/ada/engine' ? list(path, '/home/ada') : list('/home/ada', '/home', 'engine', 'link'),
    );
    const chosen = vi.fn();
    render(
      <FolderPicker
        start={null}
        recent={['/used']}
        read={read}
        onChoose={chosen}
        onClose={() => undefined}
      />,
    );
    expect((await screen.findByText('leads to')).textContent).toBe('leads to /far');
    fireEvent.click(screen.getByRole('button', { name: 'engine' }));
    await screen.findByText('No folders here.');
    expect(document.activeElement?.textContent).toBe('/home/ada/engine');
    fireEvent.click(screen.getByRole('button', { name: 'Use this folder' }));
    fireEvent.click(screen.getByRole('button', { name: 'Parent folder' }));
    await screen.findByRole('button', { name: 'engine' });
    fireEvent.click(screen.getByRole('button', { name: '/used' }));
    expect(chosen.mock.calls).toEqual([['/home/ada/engine'], ['/used']]);
    expect(read.mock.calls).toEqual([[null], ['/home/ada/engine'], ['/home/ada']]);
  });

  it('says why a folder cannot be read, and leads on', async () => {
    const gone = new PosternError({ ...problemOf('folder_not_found'), status: 404 });
    const read = vi.fn(async (path: string | null) =>
      path === null ? list('/', null) : Promise.reject(gone),
    );
    render(
      <FolderPicker
        start="/gone"
        recent={[]}
        read={read}
        onChoose={() => undefined}
        onClose={() => undefined}
      />,
    );
    expect((await screen.findByRole('alert')).textContent).toContain('This folder is not there');
    fireEvent.click(screen.getByRole('button', { name: 'Go to home folder' }));
    await screen.findByText('No folders here.');
    expect(screen.queryByRole('button', { name: 'Parent folder' })).toBeNull();
  });
});
