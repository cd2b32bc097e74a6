/** Valid until the event loop turns: changes by another process cannot be observed before. */
export interface TickCache<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
}

/** A memory for what was looked up in this turn of the event loop. */
export function createTickCache<T>(): TickCache<T> {
  const remembered = new Map<string, T>();
  return {
    get: (id) => remembered.get(id),
    set(id, value) {
      if (remembered.size === 0) setImmediate(() => remembered.clear());
      remembered.set(id, value);
    },
  };
}
