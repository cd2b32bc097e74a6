/**
 * `npm run sessions [-- --sessions N] [--at-once N] [--servers]`: by default 1,000 sessions of every kind, with `--servers` sessions in a trusted
 * folder with MCP servers; exits 1 where a process is left.
 * `npm run sessions -- --kill-postern [--together N] [--sessions N] [--seed S] [--seconds N] [--verbose]`: Postern itself is killed under each,
 * or under so many at once; after so many seconds no further one begins.
 * `npm run sessions -- --mixed […]`: between two kills under one of every kind, one of every kind that the other side ends.
 */
import { parseArgs } from 'node:util';
import { killPosternUnder } from './harness/killed-postern.ts';
import { serverKinds, trustServers } from './harness/server-sessions.ts';
import { endedKinds, runSessions } from './harness/sessions.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '4' },
    'kill-every': { type: 'string', default: '50' },
    servers: { type: 'boolean', default: false },
    'kill-postern': { type: 'boolean', default: false },
    mixed: { type: 'boolean', default: false },
    together: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: '999999' },
    verbose: { type: 'boolean', default: false },
  },
});
const begunAt = performance.now();
const sessions = wholeNumber('--sessions', values.sessions);
await (values['kill-postern'] || values.mixed ? runKills() : runUsual());
row('took', `${((performance.now() - begunAt) / 1000).toFixed(0)} s`);

async function runUsual(): Promise<void> {
  const { byKind, mostProcesses, processesAtRest } = await runSessions({
    sessions,
    atOnce: wholeNumber('--at-once', values['at-once']),
    killEvery: wholeNumber('--kill-every', values['kill-every']),
    ...(values.servers ? { other: { kinds: serverKinds, prepare: trustServers } } : {}),
  });
  for (const each of byKind) row(...each);
  row('processes, the most at a time', mostProcesses);
  row('at rest, with what waits', processesAtRest);
  row('left after Postern was stopped', 0);
}

async function runKills(): Promise<void> {
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  row('seed', seed);
  const { byKind, leftAfterMs } = await killPosternUnder({
    ...{ sessions, seed, withinMs: wholeNumber('--seconds', values.seconds) * 1000 },
    together: wholeNumber('--together', values.together ?? (values.mixed ? '9' : '1')),
    ...(values.mixed ? { first: endedKinds } : {}),
    ...(values.verbose ? { say: (line: string) => console.log(line) } : {}),
  });
  for (const each of byKind) row(...each);
  row(
    'sessions',
    [...byKind.values()].reduce((sum, each) => sum + each, 0),
  );
  row('kills', leftAfterMs.length);
  row('left after a kill', 0);
  const seconds = (ms: number | undefined): string => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  const median = leftAfterMs[Math.floor(leftAfterMs.length / 2)];
  row('until nothing was left', `median ${seconds(median)}, longest ${seconds(leftAfterMs.at(-1))}`);
}

function row(what: string, value: string | number): void {
  console.log(`${what.padEnd(38)}${value}`);
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`${name} must be a whole number`);
  process.exit(64);
}
