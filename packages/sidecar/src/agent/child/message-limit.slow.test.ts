import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { longestMessage } from './message-limit.ts';
import { serverFetch } from './server-fetch.ts';

const mebibyte = 1024 * 1024;

/** What comes of a response, and what broke it off. */
async function received(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = serverFetch({});
  onTestFinished(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  const response = await http.fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) bytes += chunk.length;
    return { bytes, error: null };
  } catch (error) {
    return { bytes, error: error instanceof Error ? error.message : 'unknown' };
  }
}

/** Sends without an end, as fast as it is read. */
function endless(response: NodeJS.WritableStream, piece: string): void {
  const more = (): void => {
    while (response.write(piece));
    response.once('drain', more);
  };
  more();
}

const [json, events] = [
  { 'content-type': 'application/json' },
  { 'content-type': 'text/event-stream; charset=utf-8' },
];
const line = `data: ${'x'.repeat(mebibyte)}\n`;

it.each([
  ['JSON', (response: ServerResponse) => endless(response.writeHead(200, json), ' '.repeat(mebibyte))],
  ['an error', (response: ServerResponse) => endless(response.writeHead(500), ' '.repeat(mebibyte))],
  [
    'a line of an event',
    (response: ServerResponse) => endless(response.writeHead(200, events), 'x'.repeat(mebibyte)),
  ],
  ['lines of an event', (response: ServerResponse) => endless(response.writeHead(200, events), line)],
  [
    'compressed JSON',
    (response: ServerResponse) => {
      const zip = createGzip({ level: 1 });
      zip.pipe(response.writeHead(200, { ...json, 'content-encoding': 'gzip' }));
      endless(zip, ' '.repeat(mebibyte));
    },
  ],
])('breaks off %s that does not end', { timeout: 20_000 }, async (_, answer) => {
  const { bytes, error } = await received(answer);
  expect(error).toBe('a message of more than 10 MiB');
  expect(bytes).toBeLessThanOrEqual(longestMessage);
});

it.each(['\n', '\r\n', '\r'])(
  'lets any number of events pass that are not too long each, with lines that end so: %j',
  async (end) => {
    const event = `data: ${'x'.repeat(4 * mebibyte)}${end}${end}`;
    const { bytes, error } = await received((response) => {
      response.writeHead(200, events);
      for (let index = 0; index < 4; index += 1) response.write(event);
      response.end();
    });
    expect([bytes, error]).toEqual([4 * event.length, null]);
  },
);
