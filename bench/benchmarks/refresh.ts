import type { Benchmark } from '../benchmark.ts';
import { measureRefreshPeers, type RefreshFigures } from '../refresh-peers.ts';

/** What becomes of a shared sign-in when its access token ends under many requests. */
export const refresh: Benchmark = {
  name: 'refresh',
  how: 'Counted, not timed: a server that ends the sign-in when a refresh token comes twice, and takes 2.5 s for a refresh. Ours over its store, the peer over its profile file with its own retries.',
  async run() {
    const experiments = await measureRefreshPeers();
    return experiments.map(({ what, requests, ours, peer }) => ({
      what,
      count: 1,
      ours: figure(ours, requests),
      peer: { ...figure(peer, requests), name: 'user_oauth of @anthropic-ai/sdk' },
      ratio: null,
      bound: { text: '1 refresh, 0 failed', met: isAsWished(ours) },
    }));
  },
};

function figure({ refreshesSent, requestsFailed, familyEnded }: RefreshFigures, requests: number) {
  const text = `${refreshesSent} refresh${refreshesSent === 1 ? '' : 'es'}, ${requestsFailed} of ${requests} failed${familyEnded ? ', signed out' : ''}`;
  return { value: refreshesSent, unit: 'refreshes' as const, text };
}

function isAsWished({ refreshesSent, requestsFailed, familyEnded }: RefreshFigures): boolean {
  return refreshesSent === 1 && requestsFailed === 0 && !familyEnded;
}
