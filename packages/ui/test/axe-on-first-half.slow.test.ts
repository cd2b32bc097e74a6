import { axeOnScreens } from './axe-on-screens.ts';
import { screens } from './screens/screen-list.ts';

const half = Math.ceil(screens.length / 2);
axeOnScreens(screens.slice(0, half));
