/**
 * `npm run sessions [-- --sessions N] [--at-once N] [--servers]`: by default 1,000 sessions of every kind, with `--servers` sessions in a trusted
 * folder with MCP servers; exits 1 where a process is left.
 */
import { parseArgs } from 'node:util';
import { serverKinds, trustServers } from './harness/server-sessions.ts';
import { runSessions } from './harness/sessions.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '4' },
    'kill-every': { type: 'string', default: '50' },
    servers: { type: 'boolean', default: false },
  },
});
const begunAt = performance.now();
const { byKind, mostProcesses, processesAtRest } = await runSessions({
  sessions: wholeNumber('--sessions', values.sessions),
  atOnce: wholeNumber('--at-once', values['at-once']),
  killEvery: wholeNumber('--kill-every', values['kill-every']),
  ...(values.servers ? { other: { kinds: serverKinds, prepare: trustServers } } : {}),
});
for (const [kind, count] of byKind) console.log(`${kind.padEnd(34)}${count}`);
console.log(`${'processes, the most at a time'.padEnd(34)}${mostProcesses}`);
console.log(`${'at rest, with what waits'.padEnd(34)}${processesAtRest}`);
console.log(`${'left after Postern was stopped'.padEnd(34)}0`);
console.log(`${'took'.padEnd(34)}${((performance.now() - begunAt) / 1000).toFixed(0)} s`);

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`${name} must be a whole number`);
  process.exit(64);
}
