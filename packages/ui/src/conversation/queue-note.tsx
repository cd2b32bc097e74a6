interface QueueNoteProps {
  /** 1 is next; null where it does not wait. */
  readonly place: number | null;
}

/** Says why nothing comes yet, and what one can do. There all the time, so that a screen reader hears what changes in it. */
export function QueueNote({ place }: QueueNoteProps) {
  return (
    <div className="queue-note small soft" role="status" aria-label="Queue">
      {place === null ? null : (
        <p>
          Waiting for other queries: {place === 1 ? 'next in line' : `place ${place}`}. It starts
          automatically when its turn comes. Stop takes it out of the queue.
        </p>
      )}
    </div>
  );
}
