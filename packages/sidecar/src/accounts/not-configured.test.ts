import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '@postern/contract';
import { expect, it, onTestFinished } from 'vitest';
import { nothingChosen } from '../../test/support/accounts/nothing-chosen.ts';
import { clientOf, failureOf } from '../../test/support/oauth/fake-server.ts';
import { createAccessTokens } from '../access-token/index.ts';
import { openStore } from '../store/index.ts';
import { createSignIns } from './create-sign-ins.ts';

it.each([
  ['no client id', { clientId: null }, 'POSTERN_OAUTH_CLIENT_ID'],
  [
    'no proof of the installation',
    { profile: 'claude_platform' as const, clientAssertion: null },
    'POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND or POSTERN_OAUTH_CLIENT_ASSERTION_FILE',
  ],
])('a sign-in with %s is refused with the variable to set', async (_name, configuration, variable) => {
  const shared = { clock: () => 0, log: () => undefined, report: () => undefined };
  const oauth = clientOf('https://as.example', configuration);
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-accounts-'));
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, ...shared });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, maxRetries: 5 });
  });
  const signIns = createSignIns({
    ...{
      redirectUriTemplate: 'http://127.0.0.1:{port}/x',
      alwaysOwnListener: false,
      sidecarPort: () => 8765,
    },
    ...{ access: { linkedBilling: true, supplied: false }, settings: { read: () => defaultSettings } },
    ...{ store, oauth, accessTokens: createAccessTokens({ store, oauth, ...shared }) },
    ...{ selection: nothingChosen(), gateway: { tryCredential: () => Promise.reject(new Error('no call')) } },
    ...shared,
  });
  const started = signIns.start({ restart: false, credentialId: 'oauth:default' });
  expect(await failureOf(started)).toMatchObject({
    code: 'oauth_not_configured',
    detail: expect.stringContaining(variable),
  });
});
