import { expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  settled,
  titles,
} from '../../../test/support/agent/session-files.ts';

const { user, assistant } = sessionLine;
const id = sessionId(1);

it('a search right after a turn finds what was said in it', async () => {
  const house = openHistoryHouse();
  house.write(id, [user('About birds'), assistant('There are many.')]);
  // How long a busy machine takes is not what is tested.
  const history = house.open({ searchPatienceMs: 8_000 });
  await settled(history);
  expect(await titles(history, 'heron')).toEqual([]);

  house.write(id, [user('About birds'), assistant('There are many.'), user('One?'), assistant('A heron.')]);
  history.noteEnd(id, true);
  expect(await titles(history, 'heron')).toEqual(['About birds']);
});

it('a search waits for no turn that cannot be read', async () => {
  const house = openHistoryHouse();
  house.write(id, [user('About birds'), assistant('A heron.')]);
  const history = house.open();
  await settled(history);
  history.noteEnd(sessionId(2), false);
  expect(await titles(history, 'heron')).toEqual(['About birds']);
});
