import { expect, it } from 'vitest';
import { stopSignals } from './stop-signals.ts';

const ignoring =
  'Name:\tsh\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000010002\n';
const plain =
  'Name:\tbash\nSigBlk:\t0000000000010000\nSigIgn:\t0000000000384004\nSigCgt:\t000000004b817efb\n';

it.each([
  ['in a terminal', { stdoutIsTerminal: true, stderrIsTerminal: true, parentStatus: plain }, true],
  ['piped to a pager', { stdoutIsTerminal: false, stderrIsTerminal: true, parentStatus: plain }, true],
  ['where there is no /proc', { stdoutIsTerminal: true, stderrIsTerminal: true, parentStatus: null }, true],
  ['under nohup', { stdoutIsTerminal: false, stderrIsTerminal: false, parentStatus: plain }, false],
  [
    'by a script that ignores it',
    { stdoutIsTerminal: true, stderrIsTerminal: true, parentStatus: ignoring },
    false,
  ],
])('SIGHUP to what was started %s', (_, started, ends) => {
  const { ending, ignored } = stopSignals(started);
  expect(ending.includes('SIGHUP')).toBe(ends);
  expect(ignored.includes('SIGHUP')).toBe(!ends);
  expect(ending).toEqual(expect.arrayContaining(['SIGINT', 'SIGTERM']));
});
