/** For tests: moves the system's time zone under itself and prints the local date of one instant before, at once and a minute after. */
import { symlinkSync, unlinkSync } from 'node:fs';
import { localDate } from '../../../src/ledger/local-day.ts';

const instant = Date.UTC(2026, 10, 29, 23, 30);
const dates = [localDate(instant)];
unlinkSync('/etc/localtime');
symlinkSync('/usr/share/zoneinfo/Asia/Tokyo', '/etc/localtime');
dates.push(localDate(instant));
const realNow = performance.now.bind(performance);
performance.now = () => realNow() + 61_000;
dates.push(localDate(instant));
process.stdout.write(dates.join(' '));
