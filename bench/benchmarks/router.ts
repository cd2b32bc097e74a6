import { setTimeout as pause } from 'node:timers/promises';
import { createPosternClient } from '@postern/client';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';
import { sandboxApiKey } from '../../test/end-to-end/harness/sandbox-api-key.ts';
import type { Benchmark } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { routerModel, startRouter } from '../harness/install-router.ts';
import { median } from '../harness/median.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { liveArguments, startScript } from '../harness/run-script.ts';
import { startProgram } from '../harness/start-program.ts';

const usualCalls = 200;
const warmUps = 100;
/** What calls leave behind is given back within half a minute. */
const restMs = 35_000;
const peerName = 'claude-code-router 2.0.0';
/** 60 kB of words: what looks into a request has something to look into. */
const words = 'The harbour lies to the north of the town, and boats leave it every morning at six. '.repeat(
  714,
);

interface Side {
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

/** A program's calls through a lease, beside the router that is used for the same. */
export const router: Benchmark = {
  name: 'router',
  how: 'The same request of 60 kB of words to a service that answers at once, through a lease of Postern (the bundle that a person installs, with a saved key) and through the router (from npm, that service its one provider), in turn, each in a process of its own. Not the sandbox: it rejects what the router sends, two credentials at once. Added time is to the first byte, against the median of the service itself. Memory: resident, of the one process, 35 seconds after the last call.',
  async run({ rounds }) {
    await using service = await startProgram<{ readonly url: string }>('upstream');
    const { url } = service.ready;
    using scripts = await buildScripts();
    await using postern = await startScript(scripts.installed, liveArguments, url);
    const { pid, url: baseUrl } = postern.ready;
    const client = createPosternClient({ baseUrl, token: postern.token });
    await client.updateSettings({ apiKey: sandboxApiKey });
    await using peer = await startRouter(url);
    const lease = await client.createLease({ label: 'bench' });
    const model = routerModel.split(',')[1] ?? '';
    const sides = {
      direct: { url, key: '', model },
      ours: { url: lease.baseUrl, key: lease.secret, model },
      peer: { url: peer.url, key: peer.key, model: routerModel },
    } satisfies Record<string, Side>;
    const times: Record<keyof typeof sides, number[]> = { direct: [], ours: [], peer: [] };
    for (let call = -warmUps; call < (rounds ?? usualCalls); call += 1)
      for (const side of ['direct', 'ours', 'peer'] as const) {
        const ms = await firstByteMs(sides[side]);
        if (call >= 0) times[side].push(ms);
      }
    await pause(restMs);
    const directMs = median(times.direct);
    return [
      rowOf({
        what: 'added time to the first byte, 60 kB of words',
        unit: 'ms',
        ours: times.ours.map((ms) => ms - directMs),
        peer: { name: peerName, values: times.peer.map((ms) => ms - directMs) },
        bound: ratioAtMost(0.03),
      }),
      rowOf({
        what: 'memory after it',
        unit: 'MB',
        ours: [residentBytes(pid) / 1e6],
        peer: { name: peerName, values: [residentBytes(peer.pid) / 1e6] },
        bound: ratioAtMost(0.4),
      }),
    ];
  },
};

async function firstByteMs({ url, key, model }: Side): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      ...{ model, max_tokens: 64, stream: true },
      messages: [{ role: 'user', content: words }],
    }),
  });
  const reader = response.body?.getReader();
  await reader?.read();
  const ms = performance.now() - startedAt;
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  while ((await reader?.read())?.done === false);
  return ms;
}
