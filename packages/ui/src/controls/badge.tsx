import type { Tone } from './notice.tsx';

interface BadgeProps {
  readonly tone: Tone;
  readonly children: string;
  /** What is said of the state, behind it and quieter. */
  readonly detail?: string;
}

/** A state in one or two words, with a dot whose colour only repeats what the words say. */
export function Badge({ tone, children, detail = '' }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`}>
      <span className="badge-dot" aria-hidden="true" />
      {detail === '' ? (
        children
      ) : (
        <span>
          {children}
          <span className="badge-detail">{detail}</span>
        </span>
      )}
    </span>
  );
}
