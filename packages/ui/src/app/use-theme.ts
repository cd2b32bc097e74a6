import type { Settings } from '@postern/contract';
import { useEffect } from 'react';

/** Puts the chosen theme on the document; `system` leaves it to the system. */
export function useTheme(theme: Settings['theme'] | undefined): void {
  useEffect(() => {
    const root = document.documentElement;
    if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme;
    else delete root.dataset['theme'];
  }, [theme]);
}
