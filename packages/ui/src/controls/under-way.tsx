interface UnderWayProps {
  readonly children: string;
}

/** What a dialog waits for, announced once. */
export function UnderWay({ children }: UnderWayProps) {
  return (
    <p className="under-way" role="status">
      <span className="spinner" aria-hidden="true" /> {children}
    </p>
  );
}
