import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { atMostOnceAMinute, usePresentTimeZone } from './present-time-zone.ts';

const program = fileURLToPath(new URL('../../test/support/ledger/day.program.ts', import.meta.url));

test('the day changes with the time zone of the system, within a minute, in a process that runs', () => {
  const etc = mkdtempSync(join(tmpdir(), 'postern-zone-'));
  onTestFinished(() => rmSync(etc, { recursive: true, maxRetries: 5 }));
  symlinkSync('/usr/share/zoneinfo/Etc/UTC', join(etc, 'localtime'));
  // A system folder of its own, which no other process sees.
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const { TZ: _, ...environment } = process.env;
  const inside = ['sh', '-c', 'mount --bind "$0" /etc && exec "$@"', etc, process.execPath, program];
  const dates = execFileSync('unshare', [...namespace, ...inside], { env: environment, encoding: 'utf8' });
  expect(dates).toBe('2026-11-29 2026-11-29 2026-11-30');
});

test('a zone that TZ names stays', () => {
  const before = process.env['TZ'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  process.env['TZ'] = 'Pacific/Chatham';
  usePresentTimeZone();
  expect([process.env['TZ'], new Date(0).getTimezoneOffset()]).toEqual(['Pacific/Chatham', -765]);
});

test('the system is not asked more often than once a minute', () => {
  let looks = 0;
  let nowMs = 5;
  const look = atMostOnceAMinute(
    () => {
      looks += 1;
    },
    () => nowMs,
  );
  for (nowMs of [5, 6, 60_004, 60_005, 60_006, 120_005]) look();
  expect(looks).toBe(3);
});
