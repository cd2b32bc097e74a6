import { askScreens } from './ask-screens.ts';
import { composerScreens } from './composer-screens.ts';
import { dialogScreens } from './dialog-screens.ts';
import { otherScreens } from './other-screens.ts';
import type { Screen } from './screen.ts';
import { settingsScreens } from './settings-screens.ts';
import { signInScreens } from './sign-in-screens.ts';
import { threadScreens } from './thread-screens.ts';

/** Every screen and state worth looking at. */
export const screens: readonly Screen[] = [
  ...askScreens,
  ...composerScreens,
  ...threadScreens,
  ...otherScreens,
  ...settingsScreens,
  ...signInScreens,
  ...dialogScreens,
];
