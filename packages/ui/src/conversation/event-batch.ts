/** Gathers what arrives between two frames of the screen, so that a fast stream draws at a steady pace. */
export interface EventBatch<Event> {
  readonly add: (event: Event) => void;
  /** Gives what is gathered, now. */
  readonly flush: () => void;
}

const paceMs = 32;

/** A batch that gives the first event at once, and then at most one list every 32 ms. */
export function createEventBatch<Event>(give: (events: readonly Event[]) => void): EventBatch<Event> {
  let gathered: Event[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    lastMs = performance.now();
    const events = gathered;
    gathered = [];
    give(events);
  };
  return {
    add: (event) => {
      gathered.push(event);
      if (timer !== undefined) return;
      const waitMs = lastMs + paceMs - performance.now();
      if (waitMs <= 0) flush();
      else timer = setTimeout(flush, waitMs);
    },
    flush,
  };
}
