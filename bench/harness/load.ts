import { Agent, request } from 'node:http';

/** A door to the same upstream, or the upstream itself. */
export interface Target {
  readonly url: string;
  /** Sent as bearers, in turn. */
  readonly secrets: readonly string[];
}

/** What one stream took. */
export interface StreamTimes {
  /** From the call to the first piece of the answer's body. */
  readonly firstByteMs: number;
  readonly bytes: number;
}

/** About what the Agent SDK's program sends with its first question: measured 42 to 71 kB. Source: program 2.1.330. */
const requestBytes = 60_000;
const body = JSON.stringify({ stream: true, text: 'x'.repeat(requestBytes) });

/** Connections to one target, kept between streams. */
export interface Load {
  /** One stream to its end. @throws Error where it is refused, or breaks off */
  stream(events: number, which?: number): Promise<StreamTimes>;
  /** So many streams at once; gives how long all of them took. */
  burst(streams: number, events: number): Promise<number>;
  close(): void;
}

/** Load on a target, from this process. */
export function createLoad({ url, secrets }: Target): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1024 });
  const stream = (events: number, which = 0): Promise<StreamTimes> =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const sent = request(`${url}/v1/messages?events=${events}`, {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${secrets[which % secrets.length] ?? ''}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'anthropic-version': '2023-06-01',
        },
      });
      sent.once('response', (response) => {
        let firstByteMs = Number.NaN;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          if (bytes === 0) firstByteMs = performance.now() - startedAt;
          bytes += chunk.length;
        });
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve({ firstByteMs, bytes });
          else reject(new Error(`${url} answered ${response.statusCode}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    stream,
    async burst(streams, events) {
      const startedAt = performance.now();
      const all = await Promise.all(Array.from({ length: streams }, (_, at) => stream(events, at)));
      const [first] = all;
      if (all.some(({ bytes }) => bytes !== first?.bytes)) throw new Error(`${url} lost bytes of a stream`);
      return performance.now() - startedAt;
    },
    close: () => agent.destroy(),
  };
}
