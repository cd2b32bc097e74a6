import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { approveOverHttp, type Sandbox, startSandbox } from '@postern/sandbox';
import { type Control, control } from '../../../packages/sandbox/test/control.ts';
import { type Sidecar, startSidecar } from './start-sidecar.ts';

/** How a world is made. */
export interface WorldOptions {
  /** Default `memory`; `passphrase_file` outlives a restart; null leaves the choice to Postern. */
  readonly store?: 'memory' | 'passphrase_file' | 'os_keychain' | null;
  /** Life of an access token in seconds; default an hour. */
  readonly accessTokenSeconds?: number;
  /** More variables for the sidecar, given the sandbox. */
  readonly variables?: (sandbox: Sandbox) => Readonly<Record<string, string>>;
  /** True where queries are run; without the Agent SDK's program a sidecar starts faster. */
  readonly agent?: boolean;
}

/** An authorization server, the data directory of a person, and the sidecar between them. */
export interface World {
  readonly sandbox: Sandbox;
  readonly trouble: Control;
  readonly dataDir: string;
  /** The one that runs now. */
  sidecar(): Sidecar;
  /** Starts it again, after it was stopped; with other variables or arguments on top where a test says so. */
  restart(more?: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  }): Promise<Sidecar>;
  /** What a sidecar of this world is started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** `postern start`'s folder of folders, for whatever else a test needs. */
  readonly root: string;
  close(): Promise<void>;
}

/** For `passphrase_file`. */
export const passphrase = 'a passphrase of the tests';

/** Makes a world in folders of its own and starts its sidecar in live mode against the sandbox. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { store = 'memory', accessTokenSeconds = 3600 } = options;
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-faults-')));
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds, paceMs: 0 });
  const dataDir = join(root, 'data');
  const environment = {
    HOME: root,
    POSTERN_OAUTH_ISSUER: sandbox.issuer,
    POSTERN_OAUTH_CLIENT_ID: sandbox.clientId,
    POSTERN_API_BASE_URL: sandbox.apiBaseUrl,
    POSTERN_PASSPHRASE: passphrase,
    ...(options.agent === true ? {} : { POSTERN_CLAUDE_PROGRAM: join(root, 'no-program') }),
    ...options.variables?.(sandbox),
  };
  const args = ['--live', '--port', '0', ...(store === null ? [] : ['--store', store])];
  let sidecar: Sidecar;
  const start: World['restart'] = async (more = {}) => {
    sidecar = await startSidecar({
      dataDir,
      environment: { ...environment, ...more.variables },
      args: [...args, ...(more.args ?? [])],
    });
    return sidecar;
  };
  try {
    sidecar = await start();
  } catch (error) {
    await sandbox.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
  return {
    sandbox,
    trouble: control(sandbox),
    dataDir,
    root,
    environment,
    args,
    sidecar: () => sidecar,
    restart: start,
    close: async () => {
      await sidecar.stop();
      await sandbox.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Begins a sign-in, whatever waited before, and gives the address for the browser. */
export async function begin(sidecar: Sidecar): Promise<string> {
  const { status, body, text } = await sidecar.call('GET', '/auth/anthropic/start?restart=1');
  if (status !== 200) throw new Error(`no sign-in: ${text}`);
  return String(body['authorizationUrl']);
}

/** Begins a sign-in and lets the person approve it: gives the redirect, not followed yet. */
export async function approved(sidecar: Sidecar): Promise<URL> {
  return new URL(await approveOverHttp(await begin(sidecar)));
}

/** Follows a redirect as a browser does: the status and the page. */
export async function follow(
  redirect: URL | string,
): Promise<{ readonly status: number; readonly page: string }> {
  const response = await fetch(redirect, { redirect: 'manual' });
  return { status: response.status, page: await response.text() };
}

/** Signs in, from the first click to the page. */
export async function signIn(sidecar: Sidecar): Promise<void> {
  const { status, page } = await follow(await approved(sidecar));
  if (status !== 200) throw new Error(`not signed in: ${page}`);
}

/** `GET /auth/anthropic/status`, as far as these tests read it. */
export async function statusOf(sidecar: Sidecar): Promise<{
  readonly state: string;
  readonly lastError: string | null;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
  readonly persisted: boolean;
  readonly refreshable: boolean;
  readonly revocation: string | null;
}> {
  const { body } = await sidecar.call('GET', '/auth/anthropic/status');
  const lastError = body['lastError'] as { readonly code: string } | null;
  const store = body['store'] as { readonly persisted: boolean };
  return {
    state: String(body['state']),
    lastError: lastError?.code ?? null,
    scopes: body['scopes'] as readonly string[],
    expiresAt: body['expiresAt'] as string | null,
    persisted: store.persisted,
    refreshable: body['refreshable'] as boolean,
    revocation: body['revocation'] as string | null,
  };
}

/** How often an endpoint of the sandbox was asked, answered or not. */
export async function asked({ trouble }: World, endpoint: string): Promise<number> {
  const { counts, log } = await trouble.requests();
  const answered = Object.values(counts[endpoint] ?? {}).reduce((sum, each) => sum + each, 0);
  return answered + log.filter((note) => note.endpoint === endpoint && note.outcome === null).length;
}

/** The same, with a credential: the doctor also asks without one, to see who answers. */
export async function askedWithCredential({ trouble }: World, endpoint: string): Promise<number> {
  const { log } = await trouble.requests();
  return log.filter((note) => note.endpoint === endpoint && note.credential !== null).length;
}

/** How often each refresh token was sent, in the order of their first time. */
export async function refreshesSent({ trouble }: World): Promise<readonly number[]> {
  return Object.values((await trouble.requests()).refresh.timesSentByFingerprint);
}

/** Whether the service accepts the sign-in's access token now, by one free request with it. */
export async function isServed(world: World): Promise<boolean> {
  const accepted = async () => (await world.trouble.requests()).counts['models']?.['ok'] ?? 0;
  const before = await accepted();
  await world.sidecar().call('GET', '/diagnostics?tryCredentials=1');
  return (await accepted()) > before;
}

/** Signs in anew under the right time, with a quiet server and empty counts. */
export async function freshSignIn(world: World): Promise<void> {
  const sidecar = world.sidecar();
  await sidecar.setClock(0);
  await sidecar.call('POST', '/auth/anthropic/logout');
  await world.trouble.post('reset', {});
  await signIn(sidecar);
  // The one free call right after a sign-in.
  await waitUntil(async () => (await asked(world, 'models')) > 0);
  await world.trouble.post('reset', {});
}

/** Looks every 50 ms. @throws Error after the limit */
export async function waitUntil(holds: () => Promise<boolean> | boolean, limitMs = 20_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not happen within ${limitMs / 1_000} s`);
    await sleep(50);
  }
}
