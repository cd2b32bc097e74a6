import { HandFocusOn, Icon, IconButton } from '../controls/index.ts';
import { attachedName } from '../format/index.ts';
import type { ShownFile, Upload } from './uploads.ts';

interface AttachedFilesProps {
  /** Paths, in the order they go. */
  readonly files: readonly string[];
  /** What is known of those that were put in here. */
  readonly shown: ReadonlyMap<string, ShownFile>;
  readonly waiting: readonly Upload[];
  readonly onRemove: (path: string) => void;
  readonly onDismiss: (key: number) => void;
}

/** The files that go with the prompt, those on their way, and those that could not be attached, with why. */
export function AttachedFiles({ files, shown, waiting, onRemove, onDismiss }: AttachedFilesProps) {
  const underWay = waiting.filter(({ failure }) => failure === null);
  const failed = waiting.filter(({ failure }) => failure !== null);
  const tooLarge = files.flatMap((path) => {
    const file = shown.get(path);
    return file?.isTooLarge === true ? [{ path, name: file.name }] : [];
  });
  return (
    <>
      {files.length + underWay.length === 0 ? null : (
        <ul className="row composer-files" aria-label="Attached files">
          {files.map((path) => {
            const file = shown.get(path) ?? { name: attachedName(path), thumbnail: null };
            return (
              <li key={path} className="chip" title={path}>
                {file.thumbnail === null ? (
                  <Icon name="file" size={14} />
                ) : (
                  <img className="chip-picture" src={file.thumbnail} alt="" width={36} height={36} />
                )}
                <code dir="auto">{file.name}</code>
                <HandFocusOn to="prompt">
                  <IconButton icon="close" label={`Remove ${file.name}`} onClick={() => onRemove(path)} />
                </HandFocusOn>
              </li>
            );
          })}
          {underWay.map(({ key, name }) => (
            <li key={key} className="chip" aria-busy="true">
              <span className="spinner" aria-hidden="true" />
              <code dir="auto">{name}</code>
              <span className="visually-hidden">is being attached</span>
            </li>
          ))}
        </ul>
      )}
      {tooLarge.map(({ path, name }) => (
        <p key={path} role="status" className="files-note small soft">
          <code dir="auto">{name}</code> is too large for the model to see. It gets the file’s path.
        </p>
      ))}
      {failed.map(({ key, name, failure }) => (
        <p key={key} role="alert" className="chip chip-failed">
          <Icon name="error" size={14} />
          <span>
            <code dir="auto">{name}</code> could not be attached. {failure?.title}. {failure?.nextStep}
          </span>
          <HandFocusOn to="prompt">
            <IconButton
              icon="close"
              label={`Dismiss the message about ${name}`}
              onClick={() => onDismiss(key)}
            />
          </HandFocusOn>
        </p>
      ))}
    </>
  );
}
