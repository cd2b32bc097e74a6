import { connect, type Socket } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; the last value of a repeated one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything received. */
  readonly text: string;
}

/** Sends bytes as they are over a bare socket and gives the first answer; no client tidies anything up. */
export async function rawExchange(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(bytes);
    const hasBody = !bytes.toString().startsWith('HEAD ');
    return parseAnswer(await received(socket, (text) => isComplete(text, hasBody)));
  } finally {
    socket.destroy();
  }
}

/** What a socket receives until `enough`, or until the other side ends it. */
export function received(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = () => resolve(text);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (enough(text)) done();
    });
    socket.once('end', done);
    socket.once('close', done);
    socket.once('error', done);
  });
}

/** Head and body of an answer; status 0 where the connection ended without one. */
export function parseAnswer(text: string): RawAnswer {
  const split = text.indexOf('\r\n\r\n');
  const [line = '', ...fields] = text.slice(0, Math.max(split, 0)).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 0);
  return { status, headers, body: split === -1 ? '' : text.slice(split + 4), text };
}

function isComplete(text: string, hasBody: boolean): boolean {
  const { status, headers, body } = parseAnswer(text);
  if (status === 0) return false;
  if (!hasBody) return true;
  const length = headers['content-length'];
  return length === undefined
    ? status === 204 || status === 304 || text.endsWith('0\r\n\r\n')
    : body.length >= Number(length);
}
