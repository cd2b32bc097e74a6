import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openHistoryHouse, sessionLine, sessionText } from '../../../test/support/agent/session-files.ts';
import { SessionEntries } from './session-entries.ts';

it('a large line is not taken for damaged because its thread was lost once', async () => {
  const path = join(openHistoryHouse().dataDir, 'session.jsonl');
  const text = sessionText([sessionLine.user('x'.repeat(2 * 1024 * 1024))]);
  writeFileSync(path, text);
  const entries = new SessionEntries();
  onTestFinished(() => entries.close());
  const read = entries.of(path, { offset: 0, bytes: text.length - 1, text: null, ended: true });
  await new Promise(setImmediate);
  await entries.close();
  expect(await read).toMatchObject({ type: 'said', author: 'user' });
});
