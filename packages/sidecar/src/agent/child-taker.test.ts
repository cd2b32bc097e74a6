import { expect, it } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import type { AgentChild, ChildSpec, LaunchProfile } from './child/index.ts';
import { gatewayProfile } from './child/index.ts';
import { childTaker } from './child-taker.ts';

const serving = { credential: credentialRef('api_key', false), reason: 'preferred' } as const;
const elsewhere: LaunchProfile = {
  home: { id: 'claude_code:default', configDir: '/home/ada/.claude' },
  signIn: null,
} as LaunchProfile;

function world(profile: LaunchProfile) {
  const child = { spec: { profile: gatewayProfile }, hasBudget: () => true } as unknown as AgentChild;
  const fresh = { spec: {} } as AgentChild;
  const retired: AgentChild[] = [];
  const taker = childTaker({
    pool: {
      take: async () => fresh,
      retire: async (each) => void retired.push(each),
    },
    history: { stateIn: async () => 'readable' },
    configDir: '/data/claude',
    spec: {} as Omit<ChildSpec, 'profile'>,
    spare: { child, ready: Promise.resolve(true) },
    profileOf: () => profile,
    mode: () => 'default',
    continuesTurn: false,
  });
  return { taker, child, fresh, retired };
}

it('a query is served by the spare that it claimed, which is its own from then on', async () => {
  const { taker, child, retired } = world(gatewayProfile);
  expect(await taker.take(serving, false)).toBe(child);
  taker.close();
  expect(retired).toEqual([]);
});

it('a spare leaves that its query never took', () => {
  const { taker, child, retired } = world(gatewayProfile);
  taker.close();
  taker.close();
  expect(retired).toEqual([child]);
});

it('a spare leaves that would serve with another sign-in than was chosen by now', async () => {
  const { taker, child, fresh, retired } = world(elsewhere);
  expect(await taker.take(serving, false)).toBe(fresh);
  taker.close();
  expect(retired).toEqual([child]);
});
