import type { FileToAttach } from '@postern/client';
import { type Attachment, mostSeenBytes } from '@postern/contract';
import { useRef, useState } from 'react';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { sendableFile } from './sendable-file.ts';
import { thumbnailOf } from './thumbnail.ts';

/** A file on its way into the draft, or one that could not get there. */
export interface Upload {
  readonly key: number;
  /** The conversation it was put into. */
  readonly owner: string;
  readonly name: string;
  /** Null: under way. */
  readonly failure: Failure | null;
}

/** What is shown of a file that has arrived. */
export interface ShownFile {
  readonly name: string;
  /** A `data:` address. */
  readonly thumbnail: string | null;
  /** A picture or PDF that the model does not see itself: it gets the path. */
  readonly isTooLarge: boolean;
}

/** The files that the user adds to a draft, from that moment on. */
export interface Uploads {
  /** Of the shown conversation. */
  readonly waiting: readonly Upload[];
  /** By the path they were given. */
  readonly shown: ReadonlyMap<string, ShownFile>;
  readonly add: (files: Iterable<File>) => void;
  readonly dismiss: (key: number) => void;
}

/**
 * @param owner key of the shown conversation: a file goes where it was put, whatever is shown when it has arrived
 * @param onAttached takes the path of a file that was kept; the one of the moment the file was put in is called
 */
export function useUploads(
  owner: string,
  attach: (file: FileToAttach) => Promise<Attachment>,
  onAttached: (path: string) => void,
): Uploads {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [shown, setShown] = useState<ReadonlyMap<string, ShownFile>>(new Map());
  const last = useRef(0);
  const dismiss = (key: number) => setUploads((before) => before.filter((each) => each.key !== key));

  async function upload(file: File): Promise<void> {
    last.current += 1;
    const key = last.current;
    const begun: Upload = { key, owner, name: file.name === '' ? 'pasted' : file.name, failure: null };
    setUploads((before) => [...before, begun]);
    const fail = (failure: Failure) =>
      setUploads((before) => before.map((each) => (each.key === key ? { ...each, failure } : each)));
    const sendable = await sendableFile(file);
    if ('code' in sendable) {
      fail(sendable);
      return;
    }
    try {
      const [{ path, name, bytes }, thumbnail] = await Promise.all([attach(sendable), thumbnailOf(file)]);
      const isTooLarge = bytes > (mostSeenBytes(name) ?? bytes);
      setShown((before) => new Map(before).set(path, { name, thumbnail, isTooLarge }));
      onAttached(path);
      dismiss(key);
    } catch (thrown) {
      fail(failureOfThrown(thrown));
    }
  }

  return {
    waiting: uploads.filter((each) => each.owner === owner),
    shown,
    add: (files) => {
      for (const file of files) void upload(file);
    },
    dismiss,
  };
}
