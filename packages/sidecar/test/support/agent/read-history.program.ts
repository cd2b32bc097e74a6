/** Reads one conversation as the window does, in a process of its own, and prints how much memory each step took at most, in bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createHistory } from '../../../src/agent/history/index.ts';
import { openHistory } from '../../../src/composition/open-history.ts';

const [dataDir = '', id = ''] = process.argv.slice(2);
const home = { home: '', configDir: join(dataDir, 'claude') };
const log = (): void => undefined;

/** The most that was resident since the start. Source: proc(5), `VmHWM`. */
function peakBytes(): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

const database = openHistory(dataDir, log);
const places = {
  homes: () => [{ ...home, isOurs: () => true }],
  homeOf: () => home,
  ownsWorkspace: () => false,
};
const history = createHistory({ database, places, answering: new Set<string>(), log });
const before = peakBytes();
for (;;) {
  const { reading, items } = await history.list({ limit: 50, before: null, search: null });
  if (reading !== true && items.length === 1) break;
  await pause(50);
}
const listed = peakBytes();
let pages = 0;
let count = 0;
for (let next: string | null = null; ; ) {
  const page: { items: readonly unknown[]; next: string | null } = await history.items(id, {
    limit: 200,
    before: next,
  });
  pages += 1;
  count += page.items.length;
  next = page.next;
  if (next === null) break;
}
const paged = peakBytes();
process.stdout.write(`${JSON.stringify({ before, listed, paged, pages, count })}\n`);
await history.close();
database.close();
