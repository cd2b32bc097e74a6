/** The real gateway over the real access tokens, store, settings and ledger, with a query bound to each of many doorways, and a lease. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limitCompiling } from '../../packages/sidecar/src/composition/limit-compiling.ts';
import { openRooms } from '../../test/reliability/harness/open-rooms.ts';
import { issueToken } from '../harness/issue-token.ts';
import { cpuMs, orderOf, serveQuestions } from './serve-questions.ts';

limitCompiling();
const { upstreamUrl, doorways } = orderOf<{ readonly upstreamUrl: string; readonly doorways: number }>();
const dataDir = mkdtempSync(join(tmpdir(), 'postern-bench-'));
const service = { issuer: upstreamUrl, clientId: 'bench', apiBaseUrl: upstreamUrl };
// Sealed under a passphrase: records rest as they do with a keychain.
const rooms = await openRooms({ dataDir, sandbox: service });
await issueToken(rooms.accessTokens, service);
const secrets = Array.from({ length: doorways }, (_, at) => {
  const doorway = rooms.gateway.openDoorway();
  doorway.begin(
    rooms.selection.openQuery(`query-${at}`, {
      ask: async () => 'no',
      onSwitch: () => undefined,
      onUsageLimit: () => undefined,
      onPaidCall: () => undefined,
      onGivenUp: () => undefined,
      onPassedThrough: () => undefined,
    }),
  );
  return doorway.secret.reveal();
});
const { secret: leaseSecret } = await rooms.gateway.leases.open({ label: 'bench' });
await serveQuestions({ url: rooms.gateway.url, secrets, leaseSecret }, cpuMs, async () => {
  await rooms.close();
  rmSync(dataDir, { recursive: true, force: true });
});
