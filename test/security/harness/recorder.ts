import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Sandbox } from '@postern/sandbox';

/** Stands between Postern and the services, and learns every secret that passes in either direction. */
export interface Recorder {
  readonly url: string;
  /** Each by what it is: `access_token`, `refresh_token`, `code`, `code_verifier`, `x-api-key`, `token`. */
  readonly secrets: ReadonlyMap<string, string>;
  /**
   * From now on a server without manners: the next answer of an endpoint is a refusal that repeats everything it was sent. `path` is
   * the beginning of the endpoint's.
   */
  repeatOnce(path: string, status: number): void;
  close(): Promise<void>;
}

/** @param sandbox where everything goes on to */
export async function startRecorder(sandbox: Sandbox): Promise<Recorder> {
  const secrets = new Map<string, string>();
  const rude: { readonly path: string; readonly status: number }[] = [];
  /** Named by where it was met first. */
  const learn = (values: Readonly<Record<string, unknown>>): void => {
    for (const name of ['access_token', 'refresh_token', 'code', 'code_verifier', 'token', 'x-api-key']) {
      const value = values[name];
      if (typeof value === 'string' && !secrets.has(value)) secrets.set(value, name);
    }
  };

  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const bearer = /^bearer (\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
    learn({ ...incoming.headers, token: bearer });
    const isOAuth = (incoming.url ?? '').startsWith('/oauth/');
    if (isOAuth) learn(fieldsOf(incoming, body));

    const at = rude.findIndex(({ path }) => (incoming.url ?? '').startsWith(path));
    const [rudeness] = at === -1 ? [] : rude.splice(at, 1);
    if (rudeness !== undefined) {
      const said = `no: ${JSON.stringify(incoming.headers)} ${isOAuth ? body : ''}`;
      outgoing
        .writeHead(rudeness.status, { 'content-type': 'application/json' })
        .end(
          JSON.stringify(
            isOAuth
              ? { error: 'invalid_grant', error_description: said, error_uri: said }
              : { type: 'error', error: { type: 'permission_error', message: said }, request_id: 'req_rude' },
          ),
        );
      return;
    }
    const onward = request(
      new URL(incoming.url ?? '/', sandbox.url),
      { method: incoming.method, headers: { ...incoming.headers, host: new URL(sandbox.url).host } },
      async (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        if (!isOAuth) {
          answer.pipe(outgoing);
          return;
        }
        const answered = await buffer(answer);
        if ((answer.headers['content-type'] ?? '').includes('json')) learn(JSON.parse(String(answered)));
        outgoing.end(answered);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    repeatOnce: (path, status) => void rude.push({ path, status }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fieldsOf({ headers }: IncomingMessage, body: Buffer): Readonly<Record<string, unknown>> {
  if ((headers['content-type'] ?? '').includes('json')) return JSON.parse(String(body));
  return Object.fromEntries(new URLSearchParams(String(body)));
}
