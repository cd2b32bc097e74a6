import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approveOverHttp, type Sandbox, startSandbox } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInByCommand } from '../end-to-end/harness/sign-in-by-command.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../end-to-end/harness/wait-until.ts';
import { posternUnderTest } from '../postern-under-test.ts';
import { everythingIn } from './harness/everything-in.ts';
import { findCanary } from './harness/find-canary.ts';
import { realRoutes } from './harness/real-routes.ts';
import { type Recorder, startRecorder } from './harness/recorder.ts';

const passphrase = 'a passphrase "of" the canary sweep, 7Qz/9+x';
let sandbox: Sandbox;
let recorder: Recorder;
let postern: Postern;
let tmp: string;
/** Everything that Postern printed, answered or started a program with; by where. */
const said = new Map<string, string>();
/** Besides what the recorder learned. */
const own = new Map<string, string>([[passphrase, 'passphrase']]);

beforeAll(async () => {
  tmp = mkdtempSync(join(tmpdir(), 'postern-sweep-'));
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 900, paceMs: 0 });
  recorder = await startRecorder(sandbox);
  own.set(sandbox.apiKey, 'the key');
  await live();
});
afterAll(async () => {
  await postern.household.close();
  await recorder.close();
  await sandbox.close();
  rmSync(tmp, { recursive: true, force: true, maxRetries: 5 });
});

function note(where: string, what: unknown): void {
  said.set(where, `${said.get(where) ?? ''}\n${typeof what === 'string' ? what : JSON.stringify(what)}`);
}

async function script(path: string, body: unknown): Promise<void> {
  await fetch(`${sandbox.url}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A life of Postern's, with everything that may happen to a credential in it. */
async function live(): Promise<void> {
  postern = await startPostern({
    args: ['--live', '--port', '0', '--store', 'passphrase_file'],
    variables: {
      POSTERN_OAUTH_AUTHORIZATION_ENDPOINT: `${sandbox.url}/oauth/authorize`,
      POSTERN_OAUTH_TOKEN_ENDPOINT: `${recorder.url}/oauth/token`,
      POSTERN_OAUTH_REVOCATION_ENDPOINT: `${recorder.url}/oauth/revoke`,
      POSTERN_OAUTH_CLIENT_ID: sandbox.clientId,
      POSTERN_API_BASE_URL: recorder.url,
      POSTERN_PASSPHRASE: passphrase,
      POSTERN_LOG: 'debug',
      DEBUG: '*',
      TMPDIR: tmp,
    },
  });
  own.set(postern.token, 'launch token');
  void listen();

  note('login', await signInByCommand(postern));
  await run(['status', '--json']);
  await ask('Hello');
  await run(['key', 'set'], `${sandbox.apiKey}\n`);
  await script('expire', {});
  await ask('Run `env; ps -ef; true`');
  await script('faults', {
    on: 'messages',
    kind: 'status',
    status: 401,
    reason: 'token_expired',
    credential: 'oauth',
  });
  await ask('Again');
  await run(['refresh']);
  recorder.repeatOnce('/v1/messages', 403);
  await ask('And a server that repeats what it was sent');
  recorder.repeatOnce('/v1/models', 400);
  await run(['doctor']);
  await everyRoute('while signed in');
  recorder.repeatOnce('/oauth/token', 400);
  await run(['refresh']);
  await ask('By the key now');
  const { authorizationUrl } = await postern.client.auth.start();
  recorder.repeatOnce('/oauth/token', 400);
  note('refused page', await (await fetch(await approveOverHttp(authorizationUrl))).text());
  note('status after a refused code', await postern.client.auth.status());
  note('second login', await signInByCommand(postern));
  recorder.repeatOnce('/oauth/revoke', 503);
  await run(['logout']);
  note('third login', await signInByCommand(postern));
  for (const command of ['usage', 'receipts', 'timeline', 'status']) await run([command]);
  const ticket = new URL(await postern.windowUrl()).hash.slice('#ticket='.length);
  own.set(ticket, 'ticket');
  await postern.client.session(ticket);
  await crashInTheMiddle();
}

async function run(args: readonly string[], input?: string): Promise<void> {
  const end = await postern.household.run(args, input);
  note(`postern ${args.join(' ')}`, end.stdout + end.stderr);
}

async function ask(prompt: string): Promise<void> {
  const { client, household } = postern;
  for await (const event of client.runQuery({ prompt, workspace: household.workspace })) {
    note(`the answer to ${prompt}`, event);
    if (event.event === 'permission_request')
      await client.approve({ requestId: event.data.requestId, decision: 'allow' });
    if (event.event === 'started') watchProcesses();
  }
  watchProcesses();
}

/** Argument lists and environments of everything that runs, but for what the person gave Postern itself. */
function watchProcesses(): void {
  for (const { pid, command } of postern.household.processes()) {
    note('argument lists', command);
    const environment = read(`/proc/${pid}/environ`);
    const secret = /ANTHROPIC_AUTH_TOKEN=([^\0]+)/.exec(environment)?.[1];
    if (secret !== undefined) own.set(secret, 'secret of a child');
    if (!command.includes(posternUnderTest))
      note('environments of programs', environment.replace(/ANTHROPIC_AUTH_TOKEN=[^\0]+/, ''));
  }
}

async function everyRoute(when: string): Promise<void> {
  const { routes } = await realRoutes(postern);
  for (const { method, path, pattern } of routes) {
    if (method === 'POST' || pattern === '/events' || pattern === '/auth/anthropic/start') continue;
    const headers = { authorization: `Bearer ${postern.token}` };
    const more = pattern === '/diagnostics' ? '?tryCredentials=1' : '';
    const answer = await fetch(`${postern.ready.url}${path}${more}`, { headers });
    note(`GET ${pattern} ${when}`, `${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  }
}

async function listen(): Promise<void> {
  try {
    for await (const event of postern.client.events()) note('events', event);
  } catch {
    // It ends with the sidecar.
  }
}

/** Killed while an answer streams, started again, and stopped in order. */
async function crashInTheMiddle(): Promise<void> {
  const { client, household, command } = postern;
  for await (const event of client.runQuery({ prompt: 'A long answer', workspace: household.workspace })) {
    if (event.event !== 'assistant_text') continue;
    command.send('SIGKILL');
    break;
  }
  note('standard error of the first', (await command.ended()).stderr);
  const again = household.begin([
    'start',
    '--no-open',
    '--json',
    '--live',
    '--port',
    '0',
    '--store',
    'passphrase_file',
  ]);
  note('ready line', await again.prints(/^\{.*\}\n/));
  own.set(
    JSON.parse(readFileSync(join(household.dataDir, 'sidecar.json'), 'utf8')).token,
    'second launch token',
  );
  await run(['status', '--json']);
  await run(['ask', 'After the crash', '--workspace', household.workspace]);
  expect(statSync(join(household.dataDir, 'sidecar.json')).mode & 0o777).toBe(0o600);
  again.send('SIGTERM');
  const end = await again.ended();
  note('standard error of the second', end.stderr);
  note('standard output of the second', end.stdout);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Every place where a secret was found, in words. */
function found(texts: ReadonlyMap<string, string>): readonly string[] {
  const secrets = [...own, ...recorder.secrets];
  return [...texts].flatMap(([where, text]) =>
    secrets.flatMap(([secret, name]) => {
      const how = findCanary(text, secret);
      return how === null ? [] : [`${name} ${how} in ${where}`];
    }),
  );
}

describe('after a whole life: sign-ins, queries, a key, refreshes, repairs, refusals that repeat what they were sent, sign-outs and a crash', () => {
  test('the life had every kind of secret in it', async () => {
    await waitUntil('the events were heard', () => said.has('events'));
    const names = [...new Set([...recorder.secrets.values(), ...own.values()])];
    expect(names).toEqual(
      expect.arrayContaining([
        ...['access_token', 'refresh_token', 'code', 'code_verifier', 'x-api-key'],
        ...['passphrase', 'launch token', 'second launch token', 'ticket', 'secret of a child'],
      ]),
    );
    expect(recorder.secrets.size).toBeGreaterThan(12);
    expect(said.get('standard error of the first')).toContain('"level":"debug"');
    expect(said.get('the answer to Again')).toContain('"event":"result"');
  });

  test('F51 no secret is in anything that was printed, logged, answered, or handed to a program', () => {
    expect(found(said)).toEqual([]);
  });

  test('F51 no secret is in any file, in clear or in another writing, but for the launch token in its own', () => {
    const files = new Map([...everythingIn(join(postern.household.dataDir, '..')), ...everythingIn(tmp)]);
    expect([...files.keys()]).toContain(join(postern.household.dataDir, 'postern.db'));
    expect(files.size).toBeGreaterThan(10);
    expect(found(files)).toEqual([]);
  });
});

describe('the search itself', () => {
  const canary = 'q3Xv9kZp7mBLw2hT5nRcYd8sKf+/"x';

  test.each([
    ['as it is', canary],
    ['in base64 in the middle of something', Buffer.from(`Basic: a:${canary} and more`).toString('base64')],
    ['in base64url', Buffer.from(`{"t":"${canary}","u":1}`).toString('base64url')],
    ['in hex', Buffer.from(canary).toString('hex')],
    ['in UTF-16', Buffer.from(canary, 'utf16le').toString('latin1')],
    ['in a query', new URLSearchParams({ a: canary }).toString().replaceAll('+', '%20')],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ a: canary }))],
    ['in pieces', `'${canary.slice(0, 10)}' +\n  '${canary.slice(10)}'`],
    [
      'in lines of base64',
      (
        Buffer.from(canary)
          .toString('base64')
          .match(/.{1,8}/g) ?? []
      ).join('\r\n'),
    ],
    ['backwards', [...canary].reverse().join('')],
  ])('finds a secret %s', (_, text) => {
    expect(findCanary(`before ${text} after`, canary)).not.toBeNull();
  });

  test('finds nothing where nothing is', () => {
    expect(findCanary('q3Xv9kZp7mBLw2hT5nRc', canary)).toBeNull();
  });
});
