import type { FolderList } from '@postern/contract';
import { useEffect, useRef, useState } from 'react';
import { Button, Dialog, FailureNotice, Icon } from '../controls/index.ts';
import { type Failure, failureOfThrown } from '../format/index.ts';

interface FolderPickerProps {
  /** Where to begin; null: in the home folder. */
  readonly start: string | null;
  /** Folders used before, newest first. */
  readonly recent: readonly string[];
  readonly read: (path: string | null) => Promise<FolderList>;
  readonly onChoose: (path: string) => void;
  readonly onClose: () => void;
}

type Shown =
  | { readonly state: 'reading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'read'; readonly list: FolderList };

/** Goes through folders and takes one: buttons all the way, so that the keyboard is enough. */
export function FolderPicker({ start, recent, read, onChoose, onClose }: FolderPickerProps) {
  const [path, setPath] = useState(start);
  const [shown, setShown] = useState<Shown>({ state: 'reading' });
  const heading = useRef<HTMLHeadingElement>(null);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    let current = true;
    setShown({ state: 'reading' });
    reader.current(path).then(
      (list) => {
        if (!current) return;
        setShown({ state: 'read', list });
        // What was pressed is gone: the focus goes on from the name of the folder.
        heading.current?.focus();
      },
      (thrown: unknown) => {
        if (current) setShown({ state: 'failed', failure: failureOfThrown(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, [path]);

  const list = shown.state === 'read' ? shown.list : null;
  const parent = list?.parent ?? null;
  return (
    <Dialog title="Choose a folder" onClose={onClose}>
      {recent.length === 0 ? null : (
        <fieldset className="picker-recent">
          <legend className="visually-hidden">Recent folders</legend>
          {recent.slice(0, 5).map((each) => (
            <Button key={each} size="s" look="quiet" icon="clock" onClick={() => onChoose(each)}>
              <bdi dir="ltr">{each}</bdi>
            </Button>
          ))}
        </fieldset>
      )}
      <h3 ref={heading} tabIndex={-1} className="picker-path">
        <bdi dir="ltr">{list?.path ?? path ?? 'Home folder'}</bdi>
      </h3>
      {shown.state === 'failed' ? (
        <FailureNotice
          failure={shown.failure}
          {...(path === null
            ? {}
            : {
                actions: (
                  <Button size="s" onClick={() => setPath(null)}>
                    Go to home folder
                  </Button>
                ),
              })}
        />
      ) : null}
      {shown.state === 'reading' ? <p className="soft">Loading…</p> : null}
      {list === null ? null : (
        <ul className="picker-list" aria-label="Folders">
          {parent === null ? null : (
            <li>
              <button type="button" className="picker-folder" onClick={() => setPath(parent)}>
                <Icon name="up" size={16} /> <span>Parent folder</span>
              </button>
            </li>
          )}
          {list.items.map((each) => (
            <li key={each.path}>
              <button type="button" className="picker-folder" onClick={() => setPath(each.path)}>
                <Icon name="folder" size={16} /> <span dir="auto">{each.name}</span>
                {each.leadsTo === null ? null : (
                  <span className="soft">
                    leads to <bdi dir="ltr">{each.leadsTo}</bdi>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
      {list?.items.length === 0 ? <p className="soft">No folders here.</p> : null}
      {list?.complete === false ? (
        <p className="soft">Some folders are not shown. Type the path instead.</p>
      ) : null}
      <div className="row dialog-actions">
        <Button
          look="primary"
          aria-disabled={list === null || undefined}
          onClick={() => {
            if (list !== null) onChoose(list.path);
          }}
        >
          Use this folder
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
