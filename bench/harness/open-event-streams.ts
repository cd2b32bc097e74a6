import { connect, type Socket } from 'node:net';

/** Idle readers of one server's `GET /events`. */
export interface EventStreams extends Disposable {
  /** Opens more until so many are open. @throws Error where the server refuses one */
  growTo(count: number): Promise<void>;
}

/** Plain sockets: a client of many streams must not be what is measured. */
export function openEventStreams({
  url,
  bearer,
}: {
  readonly url: string;
  readonly bearer: string;
}): EventStreams {
  const { host, hostname, port } = new URL(url);
  const open: Socket[] = [];

  const openOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      open.push(socket);
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
        if (answer.includes(': open')) resolve();
      });
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`a stream was refused: ${answer.slice(0, 60)}`)));
      socket.write(
        `GET /events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${bearer}\r\nAccept: text/event-stream\r\n\r\n`,
      );
    });

  return {
    async growTo(count) {
      while (open.length < count) await openOne();
    },
    [Symbol.dispose]: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
