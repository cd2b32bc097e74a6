import type { ReceiptPart } from '@postern/contract';
import { expect, it } from 'vitest';
import { paidShares } from './paid-shares.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };

function part(id: string, kind: 'oauth' | 'api_key', costUsd: number, reason: string): ReceiptPart {
  const credential = { id, kind, payer: 'somebody' };
  return { credential, reason, calls: 1, usage, costUsd, covered: kind === 'oauth' };
}

it('names a credential once, with every reason and all it paid', () => {
  const shares = paidShares([
    part('oauth:default', 'oauth', 0.25, 'preferred'),
    part('api_key:default', 'api_key', 0.5, 'plan_limit_reached'),
    part('oauth:default', 'oauth', 0.25, 'preferred_again'),
  ]);
  expect(shares).toMatchObject([
    { costUsd: 0.5, covered: true, reasons: ['preferred', 'preferred_again'] },
    { name: 'API key', costUsd: 0.5, covered: false },
  ]);
});

it('names what its plan did not cover apart, and does not take it for a second account', () => {
  const covered = part('oauth:default', 'oauth', 0.25, 'preferred');
  const shares = paidShares([covered, { ...covered, costUsd: 0.5, covered: false }]);
  expect(shares).toMatchObject([
    { costUsd: 0.25, covered: true },
    { costUsd: 0.5, covered: false },
  ]);
  expect(shares[1]?.name).toBe(shares[0]?.name);
  expect(shares[0]?.name).not.toContain('(default)');
});

it('tells two of a kind apart by their names', () => {
  const shares = paidShares([
    part('api_key:work', 'api_key', 1, 'preferred'),
    part('api_key:home', 'api_key', 1, 'spend_cap_reached'),
  ]);
  expect(shares.map((share) => share.name)).toEqual(['API key (work)', 'API key (home)']);
});
