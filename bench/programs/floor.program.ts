/**
 * The least that a gateway which keeps a ledger does: the bare proxy, with the request read whole, the call written down before it is sent and
 * settled before its answer ends, each in a transaction of its own, and the disk told to keep it. No check, no choice, nothing read of the answer.
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
    write(() => insert.run(id, id, facts, body.length));
    forward(request, response, body, () => write(() => update.run(1, id)));
  });
});

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer, settle: () => void): void {
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
      if (response.write(piece)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      settle();
      response.end();
    },
    onResponseError: () => response.destroy(),
  });
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void serveQuestions({ url: `http://127.0.0.1:${port}` }, cpuMs, () => {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  });
});
