import type { Clock } from '../credentials/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import { createQueryState } from './bound-query.ts';
import { type ChooseCredential, isDelegatedKind } from './choose-credential.ts';
import type { ReadProof } from './credential-proofs.ts';
import type { FallbackQuestions } from './fallback-questions.ts';
import type { GatewayQuery, QueryListener, QueryScope } from './gateway.ts';
import { stopDetail } from './stop-detail.ts';
import type { Switches } from './switches.ts';
import { type Unavailable, unavailableBecause } from './unavailable.ts';

/** What a query chooses its credential with, between the runs of programs that serve it. */
export interface GatewayQueryDeps {
  readonly choose: ChooseCredential;
  readonly questions: FallbackQuestions;
  readonly readProof: ReadProof;
  readonly switches: Switches;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Opens a query that nothing was settled in yet. */
export function openQuery(
  deps: GatewayQueryDeps,
  queryId: string,
  listener: QueryListener,
  scope: QueryScope,
): GatewayQuery {
  const state = createQueryState(queryId, listener, scope);
  return {
    state,
    settleRefusal(credentialId, reason) {
      state.refused.set(credentialId, { reason, version: null });
    },
    async next(signal) {
      const unavailable = new Map<string, Unavailable>();
      while (!signal.aborted) {
        const choice = await deps.choose.forQuery(state, unavailable);
        if (choice.do === 'stop')
          return { code: choice.code, detail: stopDetail(choice.code, choice.retryAtMs, deps.clock()) };
        if (choice.do === 'ask') {
          await deps.questions.settle(state, choice, deps.settings.read().fallback.capUsdPerDay, signal);
          continue;
        }
        const { credential, reason, preferred } = choice;
        if (isDelegatedKind(credential.kind)) {
          deps.switches.use(state, credential, reason, preferred);
          return { credential, reason };
        }
        try {
          await deps.readProof(credential, null);
          // Its first request tells of the switch.
          return { credential, reason };
        } catch (error) {
          unavailable.set(credential.id, unavailableBecause(error, deps.log));
        }
      }
      return null;
    },
  };
}
