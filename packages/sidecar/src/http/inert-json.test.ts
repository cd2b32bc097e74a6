import { expect, it } from 'vitest';
import { inertJson } from './inert-json.ts';
import { createLog } from './log.ts';

/** ESC, CSI as one character, DEL, a right-to-left override: each steers a terminal or reorders its line. */
const steering = ['\u001b[2J', '\u009b2J', '\u007f', '\u202e', '\u2066'].join('');

it('means the same and steers nothing', () => {
  const value = { text: `a${steering}ä\u{1f600}`, [steering]: 1 };
  const inert = inertJson(JSON.stringify(value));
  expect(JSON.parse(inert)).toEqual(value);
  for (const each of steering.replaceAll(/[[2J]/g, '')) expect(inert).not.toContain(each);
});

it('a log line holds none of it either', () => {
  let line = '';
  const log = createLog({ write: (text) => (line += text) }, 'debug');
  log.info({ said: steering }, `program: ${steering}`);
  for (const each of steering.replaceAll(/[[2J]/g, '')) expect(line).not.toContain(each);
  expect(JSON.parse(line)).toMatchObject({ said: steering });
});
