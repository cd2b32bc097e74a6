import { useEffect, useEffectEvent } from 'react';

/** A file that is dropped anywhere never makes the browser leave the page for it; `onDropped` hears of each. */
export function useFilesDropped(onDropped: () => void): void {
  const dropped = useEffectEvent(onDropped);
  useEffect(() => {
    // Where it is not held, the browser opens the file in the place of the page.
    const hold = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      dropped();
    };
    window.addEventListener('dragover', hold);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hold);
      window.removeEventListener('drop', drop);
    };
  }, []);
}
