/**
 * For the tests: one process with gateways of its own on shared ledgers. Each line of its input is an order as JSON: it opens the ledger, runs
 * the turns, each call as the program makes it, writes their receipts, closes the ledger and prints `done`. It may be killed at any moment.
 * Where the database had not taken the end of a call or a receipt by then, it prints `ended` and ends, as a sidecar would: who comes next counts that call.
 */
import { createInterface } from 'node:readline';
import type { ErrorCode } from '@postern/contract';
import { defaultSettings } from '@postern/contract';
import { Agent, request } from 'undici';
import { createGateway, type Gateway } from '../../../packages/sidecar/src/gateway/index.ts';
import {
  createLedger,
  LateWrites,
  type Ledger,
  turnCost,
} from '../../../packages/sidecar/src/ledger/index.ts';
import { Secret } from '../../../packages/sidecar/src/secret/index.ts';
import {
  createCooldowns,
  createSelection,
  type PaidCall,
  type QueryListener,
  type Selection,
} from '../../../packages/sidecar/src/selection/index.ts';
import { openStore } from '../../../packages/sidecar/src/store/index.ts';
import { noDelegatedSignIns } from '../../../packages/sidecar/test/support/delegated/fake-sign-ins.ts';
import { PlayedAccessTokens } from '../../../packages/sidecar/test/support/selection/fake-access-tokens.ts';
import type { PlannedTurn, SpendOrder } from './spend-processes.ts';

const clock = Date.now;
let isAllKept = true;
const log = (line: string): void => {
  if (line.includes('is not kept yet') || line.startsWith('lost, ')) isAllKept = false;
};
const dispatcher = new Agent({ connections: 64 });

for await (const line of createInterface({ input: process.stdin })) {
  await run(JSON.parse(line) as SpendOrder);
  process.stdout.write(isAllKept ? 'done\n' : 'ended\n');
  if (!isAllKept) break;
}
process.exit();

async function run(order: SpendOrder): Promise<void> {
  const store = await openStore({
    ...{ dataDir: order.dataDir, kind: 'memory', clock, log },
    passphrase: async () => null,
  });
  await store.apiKeys.write('api_key:default', new Secret('sk-ant-api03-reconciliation-0000'));
  const ledger = createLedger({ sql: store.sql, clock, log });
  ledger.recover();
  const selection = createSelection({
    cooldowns: createCooldowns({ documents: store.documents, clock, log }),
    delegated: noDelegatedSignIns,
    accessTokens: new PlayedAccessTokens(store, clock),
    store,
    settings: {
      read: () => ({ ...defaultSettings, fallback: { ...defaultSettings.fallback, ...order.caps } }),
    },
    ledger,
    report: () => undefined,
    clock,
    sandbox: false,
    roomPatienceMs: order.patienceMs,
    log,
  });
  const gateway = await createGateway({
    apiBaseUrl: order.upstreamUrl,
    selection,
    ledger,
    clock,
    dispatcher,
    log,
  });
  const lateWrites = new LateWrites(log);
  for (const turn of order.turns) await runTurn({ ledger, lateWrites, selection, gateway }, turn);
  lateWrites.close();
  await gateway.close();
  await store.close();
}

interface Rooms {
  readonly ledger: Ledger;
  readonly lateWrites: LateWrites;
  readonly selection: Selection;
  readonly gateway: Gateway;
}

async function runTurn(
  { ledger, lateWrites, selection, gateway }: Rooms,
  { queryId, calls, cancelAfterMs }: PlannedTurn,
): Promise<void> {
  const paid: PaidCall[] = [];
  const refused: ErrorCode[] = [];
  const listener: QueryListener = {
    ask: async () => 'no',
    onSwitch: () => undefined,
    onUsageLimit: () => undefined,
    onPaidCall: (call) => paid.push(call),
    onGivenUp: (code) => refused.push(code),
    onPassedThrough: () => undefined,
  };
  const scope = { first: null, delegated: () => [], conversationId: queryId, workspace: '/projects' };
  const doorway = gateway.openDoorway();
  const bound = doorway.begin(selection.openQuery(queryId, listener, scope));
  const ending = cancelAfterMs === null ? null : setTimeout(() => bound.end(), cancelAfterMs);
  await Promise.all(
    calls.map(async (call) => {
      try {
        const answer = await request(`${gateway.url}/v1/messages`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${doorway.secret.reveal()}`,
            'content-type': 'application/json',
            'anthropic-version': '2023-06-01',
          },
          body: JSON.stringify({
            ...{ model: call.model, max_tokens: call.maxTokens, stream: true },
            messages: [{ role: 'user', content: call.prompt }],
            metadata: { user_id: `${queryId} ${call.id}${cancelAfterMs === null ? '' : ' may_hang_up'}` },
          }),
          dispatcher,
        });
        await answer.body.text();
      } catch {
        // The answer broke off: that is what some are told to do.
      }
    }),
  );
  if (ending !== null) clearTimeout(ending);
  bound.end();
  doorway.close();
  if (paid.length === 0) return;
  const receipt = {
    ...{ queryId, conversationId: queryId, workspace: '/projects', model: null, durationMs: 1 },
    ...{ outcome: refused.length > 0 ? ('failed' as const) : ('completed' as const) },
    ...turnCost(0, paid),
  };
  lateWrites.write(() => ledger.addReceipt(receipt));
}
