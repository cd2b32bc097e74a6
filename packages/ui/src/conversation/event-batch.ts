/** Gathers what arrives between two frames of the screen, so that a fast stream draws at a steady pace. */
export interface EventBatch<Event> {
  readonly add: (event: Event) => void;
  /** Gives what is gathered, now. */
  readonly flush: () => void;
}

const paceMs = 32;

/**
 * A batch that gives the first event at once, and then at most one list every 32 ms. Between two lists the page always comes to do
 * other things, however long it draws one: typing and Stop stay responsive.
 */
export function createEventBatch<Event>(give: (events: readonly Event[]) => void): EventBatch<Event> {
  let gathered: Event[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered.length === 0) return;
    const events = gathered;
    gathered = [];
    // A timer and not the clock: events that are here already follow one another within one task, and so does their drawing.
    timer = setTimeout(flush, paceMs);
    give(events);
  };
  return {
    add: (event) => {
      gathered.push(event);
      if (timer === undefined) flush();
    },
    flush,
  };
}
