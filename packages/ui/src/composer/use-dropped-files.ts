import { useEffect, useRef } from 'react';

/**
 * Takes files that are dropped anywhere on the window. A browser would leave the page for them; it does not while this is in use. Where
 * `onFiles` is null they are dropped and nothing happens, unless a part of the page takes them, whichever of both came first.
 */
export function useDroppedFiles(onFiles: ((files: readonly File[]) => void) | null): void {
  const take = useRef(onFiles);
  take.current = onFiles;
  const takes = onFiles !== null;
  useEffect(() => {
    // What reaches the document has not reached the window yet: who takes the files is asked before who turns them away.
    const target: GlobalEventHandlers = takes ? document : window;
    const over = (event: DragEvent) => {
      if (event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
      if (event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = take.current === null ? 'none' : 'copy';
    };
    const drop = (event: DragEvent) => {
      if (event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
      if (event.defaultPrevented) return;
      event.preventDefault();
      take.current?.([...event.dataTransfer.files]);
    };
    target.addEventListener('dragover', over);
    target.addEventListener('drop', drop);
    return () => {
      target.removeEventListener('dragover', over);
      target.removeEventListener('drop', drop);
    };
  }, [takes]);
}

/** The files of a paste; none where it has text as well: office programs add a picture of what was copied. */
export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'>): readonly File[] {
  return data.getData('text/plain') === '' ? [...data.files] : [];
}

function hasFiles(data: DataTransfer): boolean {
  return data.types.includes('Files');
}
