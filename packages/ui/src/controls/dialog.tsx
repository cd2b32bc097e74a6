import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './icon-button.tsx';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** It is there to be filled in: the focus begins in its first field, where it has one, and what stands there is marked. */
  readonly isForm?: boolean;
  /** Escape or the cross. */
  readonly onClose: () => void;
}

const firstField = 'form :is(input:not([type="checkbox"], [type="radio"]), textarea)';

/** A modal dialog on the browser's own: focus stays inside, Escape closes, the focus goes back to where it was. */
export function Dialog({ title, children, isForm = false, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // In the step that draws it: what is pressed next is for the dialog.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) element.showModal();
    const field = isForm ? element?.querySelector<HTMLInputElement | HTMLTextAreaElement>(firstField) : null;
    field?.focus();
    field?.select();
    return () => {
      element?.close();
      if (!(before instanceof HTMLElement) || before === document.body) return;
      // What opened it can be gone, as the first run is after a sign-in.
      const back = before.isConnected
        ? before
        : (document.getElementById('prompt') ?? document.getElementById('main'));
      back?.focus();
    };
  }, [isForm]);
  // A step of what it is about can take away the button that was pressed: a keyboard goes on in the dialog.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) dialog.current?.focus();
  });
  return (
    <dialog
      ref={dialog}
      className="dialog"
      tabIndex={-1}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
