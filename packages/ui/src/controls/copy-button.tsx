import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** Names it for screen readers: `Copy address`, `Copy code`. */
  readonly label: string;
}

const shownMs = 2_000;

/** Copies a text, and says for two seconds whether that worked. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  };
  return (
    <button type="button" className="button button-quiet button-s" aria-label={label} onClick={copy}>
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} size={16} />
      <span aria-live="polite">
        {outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Not allowed' : 'Copy'}
      </span>
    </button>
  );
}
