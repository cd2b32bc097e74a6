import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly work: string;
  /** A folder beside the workspace that no question about the workspace covers. */
  readonly outside: string;
  readonly dataDir: string;
  readonly home: string;
  /** Takes back everything that was remembered. */
  forget(): Promise<void>;
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
  const { workspace: work, dataDir, homeDir: home } = household;
  const outside = join(work, '../outside');
  layOut(work, outside, dataDir);
  // A hostile turn of a hundred calls would reach the usual cap, and its question is not what is looked at here.
  const { fallback } = await client.settings();
  await client.updateSettings({
    apiKey: `sk-ant-api03-${'k'.repeat(40)}`,
    fallback: { ...fallback, capUsdPerDay: null },
  });
  return {
    ...{ postern, model, work, outside, dataDir, home },
    async forget() {
      await client.updateSettings({ alwaysAllow: {} });
    },
    async attempt(attempts, person) {
      model.attempts = attempts;
      const outcomes: { question: Question | null; result?: Result }[] = [];
      const places = new Map<string, number>();
      let end: QueryEvent | null = null;
      for await (const event of client.runQuery({ prompt: 'Hello', workspace: work })) {
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

/** Files and links that lead everywhere. */
function layOut(work: string, outside: string, dataDir: string): void {
  for (const dir of [join(outside, 'deep'), join(work, 'src'), join(work, '../workspace-evil')])
    mkdirSync(dir, { recursive: true });
  writeFileSync(join(outside, 'there.txt'), 'as it was');
  writeFileSync(join(outside, 'secret.txt'), 'canary-outside');
  writeFileSync(join(work, 'src/a.txt'), 'one\ntwo\n');
  const links: Readonly<Record<string, string>> = {
    link: outside,
    'src/up': '../../outside/deep',
    chain: 'link',
    dangling: join(outside, 'not-yet.txt'),
    file: join(outside, 'there.txt'),
    root: '/',
    self: '.',
    'data-link': dataDir,
    'data-dangling': join(dataDir, 'planted.txt'),
    loop: 'loop',
  };
  for (const [name, to] of Object.entries(links)) symlinkSync(to, join(work, name));
}

export const write = (path: string, content = 'written by the agent'): Attempt => ({
  tool: 'Write',
  input: { file_path: path, content },
});
export const bash = (command: string, more: Readonly<Record<string, unknown>> = {}): Attempt => ({
  tool: 'Bash',
  input: { command, description: 'x', ...more },
});
export const fetchPage = (url: string): Attempt => ({ tool: 'WebFetch', input: { url, prompt: 'x' } });
