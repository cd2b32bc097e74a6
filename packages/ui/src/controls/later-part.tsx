import { type FunctionComponent, lazy, useState } from 'react';

/**
 * A part of the window that is read when it is first drawn. React's own `lazy` keeps a failure for good; this one is read again when it
 * is drawn again after one, as "Try again" does: Postern may have been away only for a moment.
 * @param load gives the part; rejects where its script cannot be read
 */
export function laterPart<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  const begin = (): FunctionComponent<Props> =>
    lazy(async () => {
      try {
        return { default: await load() };
      } catch (error) {
        current = begin();
        throw error;
      }
    });
  let current = begin();
  // biome-ignore lint/correctness/noComponentHookFactories: called once for a module, as `lazy` is
  return function LaterPart(props) {
    // What is drawn keeps the one that it began with: it is this one whose failure its boundary must see.
    const [Part] = useState(() => current);
    return <Part {...props} />;
  };
}
