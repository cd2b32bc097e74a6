import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A word that is said in each conversation, and one that is said in every hundredth. */
export const saidInAll = 'harbour';
export const saidInFew = 'lighthouse';

const sentence = `The ${saidInAll} lies to the north of the town, and boats leave it every morning at six. `;
/** What the program keeps beside each question: as long as it really is, and nothing to show. */
const besides = 'x'.repeat(4_000);

/** Id of the conversation of this number. */
export function conversationId(number: number): string {
  return `5e551011-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Writes so many conversations of five turns each, a folder each, as the program does. */
export function writeConversations(configDir: string, count: number): void {
  for (let number = 0; number < count; number += 1) writeConversation(configDir, number, 5);
}

/** Writes one conversation and gives its size in bytes. */
export function writeConversation(configDir: string, number: number, turns: number): number {
  const id = conversationId(number);
  const cwd = `/projects/${id}`;
  const folder = join(configDir, 'projects', cwd.replaceAll('/', '-'));
  const lines: unknown[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const uuid = (kind: number): string =>
      `${String(number).padStart(8, '0')}-0000-4000-8000-${String(turn * 4 + kind).padStart(12, '0')}`;
    const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000 + turn * 1_000).toISOString();
    const common = { isSidechain: false, timestamp: at, cwd, sessionId: id, version: '2.1.332' };
    const few = number % 100 === 0 ? saidInFew : '';
    const question = [{ type: 'text', text: `Question ${turn} of ${number} ${few}` }];
    const answer = [{ type: 'text', text: sentence.repeat(12) }];
    const message = { type: 'message', role: 'assistant', model: 'claude-opus-5-5', content: answer };
    const before = turn === 0 ? null : uuid(-2);
    lines.push(
      {
        parentUuid: before,
        ...common,
        type: 'user',
        message: { role: 'user', content: question },
        uuid: uuid(0),
      },
      {
        parentUuid: uuid(0),
        ...common,
        type: 'attachment',
        attachment: { type: 'x', besides },
        uuid: uuid(1),
      },
      { parentUuid: uuid(1), ...common, message, type: 'assistant', uuid: uuid(2) },
    );
  }
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.jsonl`), text);
  return Buffer.byteLength(text);
}
