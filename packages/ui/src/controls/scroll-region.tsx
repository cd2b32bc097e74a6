import type { ComponentProps, Ref } from 'react';

interface ScrollRegionProps extends Omit<ComponentProps<'section'>, 'tabIndex' | 'ref'> {
  /** What is in it: a keyboard reaches it, so it needs a name. */
  readonly 'aria-label': string;
  readonly ref?: Ref<HTMLElement>;
}

/** Reachable by keyboard: otherwise it could not be scrolled without a mouse. Source: WCAG 2.2, 2.1.1. */
const reachable = { tabIndex: 0 };

/** A part of the page that scrolls on its own. */
export function ScrollRegion(props: ScrollRegionProps) {
  return <section {...reachable} {...props} />;
}
