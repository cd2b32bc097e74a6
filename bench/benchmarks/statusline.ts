import type { Benchmark } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { atMost, rowOf } from '../harness/row-of.ts';
import { runMs, sandboxArguments, startScript } from '../harness/run-script.ts';

const usualRounds = 20;
const warmUps = 2;
const mostMs = 60;

/** What a status bar waits for, every few seconds. */
export const statusline: Benchmark = {
  name: 'statusline',
  how: 'postern statusline with a sidecar that runs in the sandbox, from the start of the process to its end: the bundle that a person installs, and the checkout. Beside it what no command in Node can be quicker than: Node that does nothing, and Node that makes the two requests and nothing else.',
  async run({ rounds }) {
    using scripts = await buildScripts();
    await using sidecar = await startScript(scripts.installed, sandboxArguments);
    const ask = (script: string) => () => runMs([script, 'statusline', '--data-dir', sidecar.ready.dataDir]);
    const twoRequests = requestsOnly(sidecar.ready.url, sidecar.token);
    const sides = [
      ask(scripts.installed),
      ask(scripts.checkout),
      () => runMs(['--eval', '']),
      () => runMs(['--eval', twoRequests]),
    ];
    const taken: readonly number[][] = sides.map(() => []);
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1)
      for (const [at, measure] of sides.entries()) {
        const ms = await measure();
        if (round >= 0) taken[at]?.push(ms);
      }
    const [installed = [], checkout = [], node = [], requests = []] = taken;
    const peer = { name: 'node that does nothing', values: node };
    const floor = { name: 'node that makes the two requests', values: requests };
    const unit = 'ms';
    return [
      rowOf({
        what: 'postern statusline, as installed',
        unit,
        ours: installed,
        peer,
        bound: atMost(mostMs, unit),
      }),
      rowOf({ what: 'the same', unit, ours: installed, peer: floor }),
      rowOf({ what: 'the same out of the checkout', unit, ours: checkout, peer }),
    ];
  },
};

/** Source of a program that asks what `postern statusline` asks, and waits for the answers. */
function requestsOnly(url: string, token: string): string {
  const options = JSON.stringify({ agent: false, headers: { authorization: `Bearer ${token}` } });
  return ['/auth/anthropic/status', '/usage']
    .map((path) => `require('node:http').get('${url}${path}', ${options}, (response) => response.resume());`)
    .join('\n');
}
