import { useStore } from '../state/store.ts';
import type { ShownFile, Upload, Uploads } from './uploads.ts';

/** The files that are added to one draft. */
export interface UploadsOfDraft {
  readonly waiting: readonly Upload[];
  /** By the path they were given; of other drafts as well. */
  readonly shown: ReadonlyMap<string, ShownFile>;
  readonly add: (files: Iterable<File>) => void;
  readonly dismiss: (key: number) => void;
}

/** @param owner key of the shown conversation: a file goes where it was put, whatever is shown when it has arrived */
export function useUploads(uploads: Uploads, owner: string): UploadsOfDraft {
  const { waiting, shown } = useStore(uploads.kept, (state) => state);
  return {
    waiting: waiting.filter((each) => each.owner === owner),
    shown,
    add: (files) => uploads.add(owner, files),
    dismiss: uploads.dismiss,
  };
}
