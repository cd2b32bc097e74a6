import { type RefObject, useRef, useState } from 'react';

/** Whether a list is kept at its end. */
export interface Following {
  readonly following: boolean;
  /** The same, set at once: what moves the list in between must not wait for the next render. */
  readonly isFollowing: () => boolean;
  readonly follow: () => void;
  /** To be called after the page itself has moved the list, so that it is not taken for the user. */
  readonly moved: () => void;
  /** For the list: what the user does to it. */
  readonly handlers: {
    readonly onScroll: () => void;
    readonly onWheel: (event: React.WheelEvent) => void;
    readonly onTouchStart: (event: React.TouchEvent) => void;
    readonly onTouchMove: (event: React.TouchEvent) => void;
    readonly onKeyDown: (event: React.KeyboardEvent) => void;
    readonly onPointerDown: () => void;
  };
}

const upKeys = ['Home', 'PageUp', 'ArrowUp'];

/**
 * Sticks to the end until the user scrolls up, and again once they are back within `atEndPx` of it. Stickiness is explicit state; it
 * is not inferred from the scroll offset, which also changes when an answer grows, the window shrinks or a question takes room.
 * `onLeave` cancels a scroll to the end that is still running.
 */
export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  atEndPx: number,
  onLeave: () => void,
): Following {
  const [following, setFollowing] = useState(true);
  const now = useRef(true);
  const lastTop = useRef(0);
  const touchY = useRef(0);
  /** Their last movement was upwards: where the list itself is moved meanwhile, they have not come back to the end. */
  const goingUp = useRef(false);

  const set = (to: boolean) => {
    if (!to) onLeave();
    now.current = to;
    setFollowing(to);
  };
  const leave = () => {
    // Without anything to scroll back to, the user cannot have left the end.
    if (now.current && (scroller.current?.scrollTop ?? 0) > 0) set(false);
  };
  const goUp = () => {
    goingUp.current = true;
    leave();
  };
  const goOn = () => {
    goingUp.current = false;
  };
  const onScroll = () => {
    const list = scroller.current;
    if (list === null) return;
    const step = list.scrollTop - lastTop.current;
    lastTop.current = list.scrollTop;
    const below = list.scrollHeight - list.scrollTop - list.clientHeight;
    // Scrolling up does not land on the end; a list that became shorter does.
    const isBack = below < 1 ? Math.abs(step) >= 1 : step >= 1 && below <= atEndPx;
    if (isBack && !goingUp.current) set(true);
    else if (step <= -1) leave();
  };
  // The wheel, the finger and the keys are handled before they move anything: a list that grows would pull it back from under them.
  const onWheel = (event: React.WheelEvent) => {
    if (event.deltaY > 0) goOn();
    else if (event.deltaY < 0 && !event.ctrlKey && !movesWithin(event.target, scroller.current)) goUp();
  };
  const onTouchStart = (event: React.TouchEvent) => {
    touchY.current = event.touches[0]?.clientY ?? 0;
  };
  const onTouchMove = (event: React.TouchEvent) => {
    const y = event.touches[0]?.clientY ?? 0;
    if (y < touchY.current) goOn();
    else if (y > touchY.current && !movesWithin(event.target, scroller.current)) goUp();
    touchY.current = y;
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    if (upKeys.includes(event.key) || (event.key === ' ' && event.shiftKey)) goUp();
    else goOn();
  };
  return {
    following,
    isFollowing: () => now.current,
    follow: () => {
      goOn();
      set(true);
    },
    moved: () => {
      lastTop.current = scroller.current?.scrollTop ?? 0;
    },
    // The scrollbar is dragged without any of the others.
    handlers: { onScroll, onWheel, onTouchStart, onTouchMove, onKeyDown, onPointerDown: goOn },
  };
}

/** Whether something inside the list, such as a long block of code, would go up instead of the list. */
function movesWithin(target: EventTarget, list: HTMLElement | null): boolean {
  for (let each = target instanceof Element ? target : null; each !== null && each !== list; ) {
    if (each.scrollTop > 0) return true;
    each = each.parentElement;
  }
  return false;
}
