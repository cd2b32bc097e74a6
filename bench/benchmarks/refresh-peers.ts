import type { Benchmark, Figure } from '../benchmark.ts';
import { measureRefreshPeers, type RefreshFigures } from '../refresh-peers.ts';

/** What becomes of one sign-in that several ask to renew. */
export const refreshPeers: Benchmark = {
  name: 'refresh-peers',
  how: 'A server that ends the sign-in when a refresh token comes twice, and takes 2.5 s for a refresh. Both sides with their own retries.',
  async run() {
    const experiments = await measureRefreshPeers();
    return experiments.map(({ what, requests, ours, peer }) => ({
      what,
      count: requests,
      ours: figureOf(ours),
      peer: { ...figureOf(peer), name: 'user_oauth of @anthropic-ai/sdk' },
      ratio: null,
      bound: {
        text: '1 refresh, none failed',
        met: ours.refreshesSent === 1 && ours.requestsFailed === 0 && !ours.familyEnded,
      },
    }));
  },
};

function figureOf({ refreshesSent, requestsFailed, familyEnded }: RefreshFigures): Figure {
  const fate = familyEnded ? 'signed out' : 'signed in';
  return {
    value: refreshesSent,
    unit: 'requests',
    text: `${refreshesSent} refresh${refreshesSent === 1 ? '' : 'es'}, ${requestsFailed} failed, ${fate}`,
  };
}
