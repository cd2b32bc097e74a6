import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { screens } from './screen-list.ts';
import { screensOfStates } from './screens-of-states.ts';

const names = screens.map((each) => each.name);
const shown = new Set<string>(Object.values(screensOfStates).flatMap((states) => Object.values(states)));

it('every state has a screen that is drawn and searched by axe', () => {
  expect([...shown].filter((name) => !names.includes(name))).toEqual([]);
});

it('each screen has a name of its own, and its pictures in docs/screens, in both themes; there are no others', () => {
  const pictures = readdirSync(fileURLToPath(new URL('../../../../docs/screens', import.meta.url)));
  expect(pictures.toSorted()).toEqual(
    names.flatMap((name) => [`${name}-dark.png`, `${name}-light.png`]).toSorted(),
  );
});
