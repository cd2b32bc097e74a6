import { describe, expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { keyId, openHouse } from '../../test/support/gateway/harness.ts';
import { createActiveCredential } from './active-credential.ts';

/** A machine whose key the service has refused, and which credential pays on it. */
async function withRefusedKey(options: { readonly signedIn?: boolean; readonly policy?: 'ask' | 'never' }) {
  const { signedIn = false, policy } = options;
  const house = await openHouse({
    respond: (_seen, response) => sendStream(response),
    signedIn,
    ...(policy && { fallback: { onAuthFailure: policy } }),
  });
  house.settings = { ...house.settings, credentialOrder: ['api_key', 'oauth'] };
  const { selection } = house;
  const key = await house.store.apiKeys.read(keyId);
  if (key === null) throw new Error('no key is stored');
  selection.status.noteRejectedKey(keyId, key);
  const active = await createActiveCredential({ selection, clock: () => house.nowMs }).read();
  return { active, selection };
}

describe('the active credential, of a key that was refused', () => {
  it('is none where there is nothing else, though a query tries the key once more', async () => {
    const { active, selection } = await withRefusedKey({});
    expect(active).toBeNull();
    expect(await selection.choose({ dryRun: true })).toMatchObject({ credential: { id: keyId } });
  });

  it('is what takes over from it', async () => {
    expect((await withRefusedKey({ signedIn: true })).active).toMatchObject({
      kind: 'oauth',
      reason: 'api_key_rejected',
    });
  });

  it('is the key where the user is asked first, and none where nothing may take over', async () => {
    expect((await withRefusedKey({ signedIn: true, policy: 'ask' })).active).toMatchObject({
      id: keyId,
      reason: 'api_key_rejected',
    });
    expect((await withRefusedKey({ signedIn: true, policy: 'never' })).active).toBeNull();
  });
});
