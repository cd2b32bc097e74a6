interface MarkProps {
  readonly size?: number;
}

/** Postern's mark: a small side door, ajar. */
export function Mark({ size = 28 }: MarkProps) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect className="mark-ground" width="64" height="64" rx="15" />
      <path className="mark-frame" d="M17 53V28a15 15 0 0 1 30 0v25z" />
      <path className="mark-ground" d="M22 53V28.500a10 10 0 0 1 20 0V53z" />
      <path className="mark-leaf" d="M22 53V28.500a10 10 0 0 1 6.500-9.360L36 23v25z" />
      <circle className="mark-ground" cx="32.200" cy="36.500" r="1.900" />
    </svg>
  );
}
