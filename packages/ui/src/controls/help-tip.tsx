import { useEffect, useId, useRef, useState } from 'react';
import { type SentenceName, sentences } from '../help/index.ts';
import { Icon } from './icon.tsx';

interface HelpTipProps {
  /** What it explains: the button is called `Help: <topic>`. */
  readonly topic: string;
  readonly about: readonly SentenceName[];
}

/** A small question mark that opens its sentences in place; Escape or a click elsewhere closes it. */
export function HelpTip({ topic, about }: HelpTipProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  return (
    <span className="help-tip" ref={root}>
      <button
        type="button"
        className="help-tip-button"
        aria-label={`Help: ${topic}`}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name="help" size={16} />
      </button>
      {open ? (
        <span id={id} className="help-tip-text" role="note">
          {about.map((name) => (
            <span key={name}>{sentences[name]}</span>
          ))}
        </span>
      ) : null}
    </span>
  );
}
