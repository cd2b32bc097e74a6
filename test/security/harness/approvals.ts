import { setTimeout as wait } from 'node:timers/promises';
import type { QueryEvent } from '@postern/contract';
import { type Postern, startPostern } from '../../end-to-end/harness/start-postern.ts';
import { type Attempt, type HostileModel, startHostileModel } from './hostile-model.ts';

/** The question about a tool call, as the event has it. */
export type Question = Extract<QueryEvent, { event: 'permission_request' }>['data'];
type Result = Extract<QueryEvent, { event: 'tool_result' }>['data'];

/** What became of one attempt. */
export interface Outcome {
  /** Null where nobody was asked. */
  readonly question: Question | null;
  readonly result: Result;
}

/** What the person says to a question; what they do before they say it happens in here as well. */
export type Person = (question: Question, number: number) => 'allow' | 'always' | 'deny';

/** The real program under a model that wants in, and a person who answers. */
export interface ApprovalsHouse {
  readonly postern: Postern;
  readonly model: HostileModel;
  /** Runs the attempts in one query, one answer each, and gives what became of each. */
  attempt(attempts: readonly Attempt[], person: Person): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

/** An API key pays; the model's own server stands in for the service. */
export async function openApprovalsHouse(): Promise<ApprovalsHouse> {
  const model = await startHostileModel();
  const postern = await startPostern({
    args: ['--live', '--port', '0', '--store', 'memory'],
    variables: { POSTERN_API_BASE_URL: model.url },
  });
  const { client, household } = postern;
  await client.updateSettings({ apiKey: `sk-ant-api03-${'k'.repeat(40)}` });
  return {
    postern,
    model,
    async attempt(attempts, person) {
      model.attempts = attempts;
      const outcomes: { question: Question | null; result?: Result }[] = [];
      const places = new Map<string, number>();
      let end: QueryEvent | null = null;
      for await (const event of client.runQuery({ prompt: 'Hello', workspace: household.workspace })) {
        end = event;
        if (event.event === 'tool_use') {
          places.set(event.data.toolUseId, outcomes.length);
          outcomes.push({ question: null });
        } else if (event.event === 'permission_request') {
          const at = outcomes.findLastIndex(({ result }) => result === undefined);
          const outcome = outcomes[at];
          if (outcome === undefined) throw new Error('a question about no call');
          outcome.question = event.data;
          const answer = person(event.data, at);
          const { requestId } = event.data;
          const decision = answer === 'deny' ? 'deny' : 'allow';
          await client.approve({ requestId, decision, ...(answer === 'always' ? { remember: true } : {}) });
        } else if (event.event === 'tool_result') {
          const outcome = outcomes[places.get(event.data.toolUseId) ?? -1];
          if (outcome !== undefined) outcome.result = event.data;
        }
      }
      if (end?.event !== 'result') throw new Error(`the query ended with ${JSON.stringify(end)}`);
      return outcomes.map(({ question, result }) => {
        if (result === undefined) throw new Error('a call without a result');
        return { question, result };
      });
    },
    async close() {
      await postern.stop();
      await model.close();
    },
  };
}

/** Whether the sidecar still answers, and how long it took, in milliseconds. */
export async function answersAfterMs(postern: Postern): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${postern.ready.url}/health`, { signal: AbortSignal.timeout(20_000) });
  await response.body?.cancel();
  return performance.now() - startedAt;
}

/** Asks after the sidecar's health all the while `work` runs. Gives the longest answer, in milliseconds. */
export async function longestPauseMs(postern: Postern, work: Promise<unknown>): Promise<number> {
  let isOver = false;
  let longest = 0;
  const watched = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    longest = Math.max(longest, await answersAfterMs(postern));
    await wait(2);
  }
  await watched;
  return longest;
}
