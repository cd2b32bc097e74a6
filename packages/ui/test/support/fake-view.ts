/** What is in view in a document without a layout: nothing, until a test says so. */
export interface FakeView {
  /** Brings every observed element into view that matches. */
  readonly show: (selector: string) => void;
  readonly restore: () => void;
}

/** Stands in for the browser's own observer, which needs a layout. */
export function fakeView(): FakeView {
  const original = globalThis.IntersectionObserver;
  const observed = new Map<Element, (element: Element) => void>();
  class FakeObserver {
    readonly #onChange: IntersectionObserverCallback;
    readonly #own = new Set<Element>();
    constructor(onChange: IntersectionObserverCallback) {
      this.#onChange = onChange;
    }
    observe(element: Element): void {
      this.#own.add(element);
      observed.set(element, (target) => {
        const entry = { isIntersecting: true, target } as unknown as IntersectionObserverEntry;
        this.#onChange([entry], this as unknown as IntersectionObserver);
      });
    }
    disconnect(): void {
      for (const element of this.#own) observed.delete(element);
    }
  }
  globalThis.IntersectionObserver = FakeObserver as unknown as typeof IntersectionObserver;
  return {
    show: (selector) => {
      for (const [element, tell] of [...observed]) if (element.matches(selector)) tell(element);
    },
    restore: () => {
      globalThis.IntersectionObserver = original;
    },
  };
}
