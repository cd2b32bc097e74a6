import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '@postern/sandbox';
import { onTestFinished } from 'vitest';

/** What a profile is written with. */
export interface ProfileFiles {
  readonly name: string;
  readonly baseUrl: string;
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly organization?: string;
  readonly mode?: number;
}

/** Writes the files of a profile as `ant auth login` does; gives the path of its credential file. */
export function writeProfile(configDir: string, profile: ProfileFiles): string {
  const [configs, credentials] = [join(configDir, 'configs'), join(configDir, 'credentials')];
  for (const folder of [configs, credentials]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = {
    version: '1.0',
    authentication: { type: 'user_oauth', client_id: profile.clientId },
    base_url: profile.baseUrl,
  };
  writeFileSync(join(configs, `${profile.name}.json`), JSON.stringify(config));
  const tokens = {
    version: '1.0',
    type: 'oauth_token',
    access_token: profile.accessToken,
    expires_at: profile.expiresAt,
    ...(profile.refreshToken === null ? {} : { refresh_token: profile.refreshToken }),
    organization_name: profile.organization ?? 'Acme',
    account_email: 'dev@example.com',
  };
  const path = join(credentials, `${profile.name}.json`);
  writeFileSync(path, JSON.stringify(tokens), { mode: profile.mode ?? 0o600 });
  return path;
}

/** The sandbox under the addresses that the official SDK knows: its token endpoint is `/v1/oauth/token` of the API's own host. */
export async function consoleFront(sandbox: Sandbox): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = request.url === '/v1/oauth/token' ? '/oauth/token' : (request.url ?? '/');
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name))
        headers.set(name, value);
    }
    const answer = await fetch(new URL(path, sandbox.apiBaseUrl), {
      method: request.method ?? 'GET',
      headers,
      redirect: 'manual',
      ...(request.method === 'GET' ? {} : { body: request, duplex: 'half' }),
    });
    const passed = [...answer.headers].filter(
      ([name]) => !/^(?:content-(?:length|encoding)|transfer-encoding|connection)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(passed));
    for await (const piece of answer.body ?? []) response.write(piece);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
