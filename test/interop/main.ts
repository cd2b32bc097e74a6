/**
 * `npm run interop [-- NAME…]`: signs in at real authorization servers and is driven by a real editor’s client, prints what was seen, and fails
 * where it is not as it must be.
 */

import { clients } from './clients.ts';
import { installDebianServers, installNodeServers, versionsOf } from './harness/install.ts';
import { runClient } from './harness/run-client.ts';
import { runScenario } from './harness/run-scenario.ts';
import { columns, type Seen } from './harness/suite.ts';
import { servers } from './servers.ts';

const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const isWanted = ({ name }: { readonly name: string }): boolean =>
  wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part));
const [chosen, chosenClients] = [servers.filter(isWanted), clients.filter(isWanted)];
if (chosen.length + chosenClients.length === 0) {
  console.error(`no such name; there are: ${[...servers, ...clients].map(({ name }) => name).join(', ')}`);
  process.exit(64);
}
if (chosen.some(({ from }) => from === 'npm')) await installNodeServers();
const hasDebian = chosen.some(({ from }) => from === 'debian') && (await installDebianServers());

let wrongSteps = 0;
for (const client of chosenClients) wrongSteps += await runClient(client);

const seen: Seen[] = [];
for (const server of chosen) {
  if (server.from === 'debian' && !hasDebian) {
    console.log(`${server.name}: left out, it is installed from Debian by root only`);
    continue;
  }
  const beganAt = performance.now();
  const result = await runScenario(server, await versionsOf(server));
  seen.push(result);
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(0);
  console.log(`${result.faults.length === 0 ? 'ok' : 'WRONG'}  ${server.name}  ${seconds} s`);
  for (const fault of result.faults) console.log(`    ${fault}`);
}

if (chosen.length > 0) printTable();
process.exitCode = wrongSteps === 0 && seen.every(({ faults }) => faults.length === 0) ? 0 : 1;

function printTable(): void {
  const header = ['server', ...columns];
  const rows = seen.map(({ name, versions, cells }) => [
    `${name} ${versions}`,
    ...columns.map((column) => cells[column] ?? '–'),
  ]);
  console.log(
    `\n${[header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}`,
  );
  const wrong = seen.filter(({ faults }) => faults.length > 0).length;
  console.log(`\n${seen.length - wrong} of ${seen.length} as they must be`);
}
