import type { Benchmark } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { type AgentProcess, type EditorRound, editOnce } from '../harness/edit-once.ts';
import { installAdapter } from '../harness/install-adapter.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { startSignedIn } from '../harness/start-signed-in.ts';
import { startStandIn } from '../harness/start-stand-in.ts';

const usualRounds = 8;
const warmUps = 1;
const peerName = 'claude-agent-acp 0.101.0';

/** An editor's agent: `postern acp` against the adapter that editors start for Claude, both on the same stand-in. */
export const acp: Benchmark = {
  name: 'acp',
  how: 'One editor a round and side, by the protocol library’s own client: the process is started, initialized, asked twice in a new session, and a second session is opened, and closed. Same sandbox (own process, no pause between pieces). Postern: the bundle that a person installs, with a sidecar that runs, in a process of its own, a program ready. Memory: resident, of the process that the editor starts; for the second session, of all processes of that side together.',
  async run({ rounds }) {
    await using standIn = await startStandIn();
    using scripts = await buildScripts();
    await using signedIn = await startSignedIn(standIn, { script: scripts.installed });
    using adapter = await installAdapter(standIn.ready);
    const { household } = signedIn.postern;
    const ours: AgentProcess = {
      args: [scripts.installed, 'acp', '--data-dir', household.dataDir],
      environment: { PATH: process.env['PATH'] ?? '', HOME: household.homeDir },
      workspace: household.workspace,
      root: household.dataDir,
    };
    const peer: AgentProcess = { ...adapter, args: [adapter.script] };
    const seen: { readonly [S in 'ours' | 'peer']: EditorRound[] } = { ours: [], peer: [] };
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
      await signedIn.warm();
      const one = await editOnce(ours);
      const other = await editOnce(peer);
      if (round < 0) continue;
      seen.ours.push(one);
      seen.peer.push(other);
    }
    const row = (what: string, unit: 'ms' | 'MB', figure: keyof EditorRound, limit: number) =>
      rowOf({
        what,
        unit,
        ours: seen.ours.map((each) => each[figure]),
        peer: { name: peerName, values: seen.peer.map((each) => each[figure]) },
        bound: ratioAtMost(limit),
      });
    return [
      row('initialize, from the start of the process', 'ms', 'initializeMs', 0.35),
      row('a new session, to its first text', 'ms', 'newSessionMs', 0.3),
      row('the next prompt, to its first text', 'ms', 'nextPromptMs', 0.95),
      row('the process that the editor starts', 'MB', 'processMb', 0.5),
      row('a second session, before its first prompt', 'MB', 'secondSessionMb', 0.1),
    ];
  },
};
