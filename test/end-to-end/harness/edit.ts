import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  type ClientContext,
  client,
  methods,
  ndJsonStream,
  type RequestPermissionRequest,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import type { Household } from './create-household.ts';

const script = resolve(import.meta.dirname, '../../../packages/cli/bin/postern.js');

/** What an editor keeps of its agent. */
export interface Editor {
  readonly agent: ClientContext;
  readonly updates: SessionUpdate[];
  readonly questions: RequestPermissionRequest[];
  /** The option to choose for the next questions. */
  answer: string;
}

/**
 * Starts `postern acp` as an editor does, works with it through the protocol library's own client, and closes its input. It must then
 * end by itself, with exit code 0 and nothing on standard error.
 */
export async function edit<T>(
  { dataDir, homeDir, workspace }: Household,
  work: (editor: Editor) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [script, 'acp', '--sandbox', '--data-dir', dataDir], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], HOME: homeDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | null>((found) => child.once('exit', found));
  const kept = {
    updates: [] as SessionUpdate[],
    questions: [] as RequestPermissionRequest[],
    answer: 'deny',
  };
  const stream = ndJsonStream(
    Writable.toWeb(child.stdin),
    Readable.toWeb(child.stdout) as unknown as ReadableStream<Uint8Array>,
  );
  try {
    const done = await client({ name: 'editor' })
      .onRequest(methods.client.session.requestPermission, ({ params }) => {
        kept.questions.push(params);
        return { outcome: { outcome: 'selected', optionId: kept.answer } };
      })
      .onNotification(methods.client.session.update, ({ params }) => {
        kept.updates.push(params.update);
      })
      .connectWith(stream, async (agent) => {
        await agent.request(methods.agent.initialize, { protocolVersion: 1 });
        return await work(Object.assign(kept, { agent }));
      });
    child.stdin.end();
    assert.equal(await exited, 0);
    assert.equal(stderr, '');
    return done;
  } finally {
    child.kill();
  }
}

/** Whether the model has said something. What comes before it may be the folder's commands, or a word about who pays. */
export function isAnswering(updates: readonly SessionUpdate[]): boolean {
  return updates.some(({ sessionUpdate }) => sessionUpdate === 'agent_message_chunk');
}
