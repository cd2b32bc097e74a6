/**
 * The least that a gateway which caps what a call may cost does: the bare proxy, with the request read whole and as JSON, because the most that it
 * may cost depends on it; the call written down before it is sent and settled before its answer ends by the tokens that the answer names, each in a
 * transaction of its own; and the disk told to keep it. No check, no choice of who pays, nothing kept back.
 */
import { randomUUID } from 'node:crypto';
import { fdatasync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Agent, type Dispatcher } from 'undici';
import { answerHeaders, requestHeaders } from '../harness/proxied-headers.ts';
import { cpuMs, orderOf, serveQuestions } from './serve-questions.ts';

const { upstreamUrl } = orderOf<{ readonly upstreamUrl: string }>();
const upstream = new Agent({ keepAliveTimeout: 30_000 });
const directory = mkdtempSync(join(tmpdir(), 'postern-bench-'));
const database = new DatabaseSync(join(directory, 'floor.db'));
// As the store opens its own; the calls and their index are the ledger's.
database.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
  CREATE TABLE calls (id TEXT PRIMARY KEY, query_id TEXT NOT NULL, facts TEXT NOT NULL, state TEXT NOT NULL, nano INTEGER NOT NULL) STRICT;
  CREATE INDEX calls_by_query ON calls (query_id);
`);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const insert = database.prepare(`INSERT INTO calls VALUES (?, ?, ?, 'under_way', ?)`);
const update = database.prepare(`UPDATE calls SET state = 'settled', nano = ? WHERE id = ?`);
const log = openSync(join(directory, 'floor.db-wal'), 'r+');
/** About as long as what the ledger keeps of a call. */
const facts = 'x'.repeat(200);
let flushing: 'no' | 'yes' | 'and again' = 'no';

function write(run: () => void): void {
  begin.run();
  run();
  commit.run();
  flush();
}

function flush(): void {
  if (flushing !== 'no') {
    flushing = 'and again';
    return;
  }
  flushing = 'yes';
  fdatasync(log, () => {
    const again = flushing === 'and again';
    flushing = 'no';
    if (again) flush();
  });
}

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.once('end', () => {
    const body = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    const id = randomUUID();
    const { max_tokens: most = 1 } = JSON.parse(body.toString()) as { readonly max_tokens?: number };
    write(() => insert.run(id, id, facts, body.length + most));
    forward(request, response, body, (tokens) => write(() => update.run(tokens, id)));
  });
});

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  settle: (tokens: number) => void,
): void {
  let tokens = 0;
  const sent: Dispatcher.DispatchOptions = {
    origin: upstreamUrl,
    path: request.url ?? '',
    method: 'POST',
    headers: requestHeaders(request.headers),
    body,
  };
  upstream.dispatch(sent, {
    onRequestStart: () => undefined,
    onResponseStart(_controller, status, answered) {
      response.writeHead(status, answerHeaders(answered));
    },
    onResponseData(controller, piece) {
      tokens += tokensIn(piece);
      if (response.write(piece)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      settle(tokens);
      response.end();
    },
    onResponseError: () => response.destroy(),
  });
}

/** What the first and the last events of an answer say that was used; the upstream writes an event in one piece. */
function tokensIn(piece: Buffer): number {
  let tokens = 0;
  for (const event of piece.toString('latin1').split('\n\n')) {
    if (!event.startsWith('event: message_start') && !event.startsWith('event: message_delta')) continue;
    const { message, usage } = JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Used & {
      readonly message?: Used;
    };
    tokens += (message?.usage ?? usage)?.output_tokens ?? 0;
  }
  return tokens;
}

interface Used {
  readonly usage?: { readonly output_tokens: number };
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void serveQuestions({ url: `http://127.0.0.1:${port}` }, cpuMs, () => {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  });
});
