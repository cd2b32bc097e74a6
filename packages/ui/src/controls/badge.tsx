import type { Tone } from './notice.tsx';

interface BadgeProps {
  readonly tone: Tone;
  readonly children: string;
}

/** A state in one or two words, with a dot whose colour only repeats what the words say. */
export function Badge({ tone, children }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`}>
      <span className="badge-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
