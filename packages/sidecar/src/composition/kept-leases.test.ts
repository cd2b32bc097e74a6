import { expect, it } from 'vitest';
import { StoreError } from '../errors/index.ts';
import { createKeptLeases } from './kept-leases.ts';

const lease = {
  ...{ leaseId: '7f0c2b5e-0c53-4a7c-9a51-3f8f5d4c1a01', hash: 'h'.repeat(44), label: 'claude' },
  ...{ createdAtMs: 1, expiresAtMs: 2, capUsd: null, model: null, credential: null, port: 4711 },
};

function openKept(stored: unknown, fails = false) {
  const logs: string[] = [];
  let document = stored;
  const kept = createKeptLeases({
    documents: {
      read: () => document,
      update: (_name, change) => {
        if (fails) throw new StoreError('storage_full');
        document = change(document);
        return document;
      },
    },
    log: (line) => logs.push(line),
  });
  return { kept, logs };
}

it('writes leases down and strikes them out', () => {
  const { kept } = openKept(null);
  kept.add(lease);
  expect(kept.all()).toEqual([lease]);
  kept.remove('another');
  expect(kept.all()).toEqual([lease]);
  kept.remove(lease.leaseId);
  expect(kept.all()).toEqual([]);
});

it('takes what is no lease for none, and goes on where nothing can be written', () => {
  for (const damaged of [{}, 'leases', [null, {}, { ...lease, port: 0 }, { ...lease, capUsd: -1 }]])
    expect(openKept(damaged).kept.all()).toEqual([]);
  const { kept, logs } = openKept([lease, { ...lease, hash: 'short' }], true);
  kept.add(lease);
  kept.remove(lease.leaseId);
  expect(kept.all()).toEqual([lease]);
  expect(logs).toHaveLength(2);
});
