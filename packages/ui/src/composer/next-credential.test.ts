import { describe, expect, it } from 'vitest';
import { connectedStatus, credential, factsWith } from '../../test/support/sample-facts.ts';
import type { Facts } from '../state/facts.ts';
import { hasSeveral, nextCredential } from './next-credential.ts';
import { readinessOf } from './readiness.ts';

const work = credential('api_key', { id: 'api_key:work', payer: 'The employer' });

function facts(status: typeof work.status = 'active'): Facts {
  const settings = { workspaceCredential: { '/projects': 'api_key:work' } } as unknown as Facts['settings'];
  return { ...factsWith({}, [credential('oauth'), { ...work, status }]), settings };
}

describe('the next query', () => {
  it('begins with what was chosen for its folder', () => {
    expect(nextCredential(facts(), '/projects')?.id).toBe('api_key:work');
    expect(readinessOf({ state: 'connected' }, facts(), false, '/projects')).toEqual({
      state: 'ready',
      payer: 'The employer',
    });
  });

  it.each([
    ['in another folder', facts(), '/other'],
    ['in a folder of its own', facts(), ''],
    ['where what was chosen cannot be used', facts('cooling_down'), '/projects'],
  ])('begins with what would pay anywhere %s', (_when, known, workspace) => {
    expect(nextCredential(known, workspace)?.id).toBe(connectedStatus.activeCredential?.id);
  });

  it('begins with nothing where nothing would pay', () => {
    expect(nextCredential(factsWith({ activeCredential: null }, []), '/projects')).toBeNull();
  });
});

it('has several where more than one is there', () => {
  expect(hasSeveral(facts())).toBe(true);
  expect(hasSeveral(facts('absent'))).toBe(false);
});
