import type { FileToAttach } from '@postern/client';
import { type Attachment, mostSeenBytes } from '@postern/contract';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { createStore, type Store } from '../state/store.ts';
import { sendableFile } from './sendable-file.ts';
import { thumbnailOf } from './thumbnail.ts';

/** A file on its way into a draft, or one that could not get there. */
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

interface UploadsState {
  readonly waiting: readonly Upload[];
  /** By the path they were given. */
  readonly shown: ReadonlyMap<string, ShownFile>;
}

/** The files that the user adds to drafts. They are kept here, whatever is shown: a file arrives while one looks at another place. */
export interface Uploads {
  readonly kept: Pick<Store<UploadsState, never>, 'getState' | 'subscribe'>;
  /** @param owner key of the conversation that they are put into */
  readonly add: (owner: string, files: Iterable<File>) => void;
  readonly dismiss: (key: number) => void;
}

/** @param onAttached takes the path of a file that was kept, with the conversation it was put into */
export function createUploads(
  attach: (file: FileToAttach) => Promise<Attachment>,
  onAttached: (owner: string, path: string) => void,
): Uploads {
  const { dispatch, getState, subscribe } = createStore<UploadsState, Partial<UploadsState>>(
    (state, changed) => ({ ...state, ...changed }),
    { waiting: [], shown: new Map() },
  );
  let last = 0;
  const dismiss = (key: number) =>
    dispatch({ waiting: getState().waiting.filter((each) => each.key !== key) });

  async function upload(owner: string, file: File): Promise<void> {
    last += 1;
    const key = last;
    const begun: Upload = { key, owner, name: file.name === '' ? 'pasted' : file.name, failure: null };
    dispatch({ waiting: [...getState().waiting, begun] });
    const fail = (failure: Failure) =>
      dispatch({
        waiting: getState().waiting.map((each) => (each.key === key ? { ...each, failure } : each)),
      });
    const sendable = await sendableFile(file);
    if ('code' in sendable) {
      fail(sendable);
      return;
    }
    try {
      const [{ path, name, bytes }, thumbnail] = await Promise.all([attach(sendable), thumbnailOf(file)]);
      const isTooLarge = bytes > (mostSeenBytes(name) ?? bytes);
      dispatch({ shown: new Map(getState().shown).set(path, { name, thumbnail, isTooLarge }) });
      onAttached(owner, path);
      dismiss(key);
    } catch (thrown) {
      fail(failureOfThrown(thrown));
    }
  }

  return {
    kept: { getState, subscribe },
    add: (owner, files) => {
      for (const file of files) void upload(owner, file);
    },
    dismiss,
  };
}
