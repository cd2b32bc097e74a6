import { askScreens } from './ask-screens.ts';
import { otherScreens } from './other-screens.ts';
import type { Screen } from './screen.ts';
import { signInScreens } from './sign-in-screens.ts';

/** Every screen and state worth looking at. */
export const screens: readonly Screen[] = [...askScreens, ...otherScreens, ...signInScreens];
