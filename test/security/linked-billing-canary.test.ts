/** A linked organization's sign-in: what is pushed and what proves the client is in nothing that Postern prints, answers, starts or keeps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@postern/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signInByCommand } from '../end-to-end/harness/sign-in-by-command.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { everythingIn } from './harness/everything-in.ts';
import { findCanary } from './harness/find-canary.ts';
import { realRoutes } from './harness/real-routes.ts';

const profile = 'uprof_canary7Qz9xLinkedBilling';
let folder: string;
let sandbox: Sandbox;
let postern: Postern;
let assertions: Set<string>;
let said: Map<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-assertion-'));
  sandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    accessTokenSeconds: 900,
    paceMs: 0,
    platform: {},
  });
  assertions = new Set();
  said = new Map();
  await newAssertion();
});
afterEach(async () => {
  await postern?.stop();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What the operator's helper has now; the sandbox may be told to sign a wrong one. */
async function newAssertion(assertionFault: string | null = null): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const order = { method: 'POST', headers, body: JSON.stringify({ assertionFault }) };
  expect((await fetch(`${sandbox.url}/sandbox/platform`, order)).status).toBe(200);
  const text = (await (await fetch(`${sandbox.url}/sandbox/assertion`)).text()).trim();
  assertions.add(text);
  writeFileSync(join(folder, 'assertion'), text, { mode: 0o600 });
}

function note(where: string, what: unknown): void {
  said.set(where, `${said.get(where) ?? ''}\n${typeof what === 'string' ? what : JSON.stringify(what)}`);
}

async function run(...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await postern.household.run(args);
  note(`postern ${args.join(' ')}`, `${exitCode} ${stdout} ${stderr}`);
  for (const { command } of postern.household.processes()) note('argument lists', command);
}

async function everyRoute(): Promise<void> {
  const { routes } = await realRoutes(postern);
  for (const { method, path, pattern } of routes) {
    if (method === 'POST' || pattern === '/events' || pattern === '/auth/anthropic/start') continue;
    const answer = await fetch(`${postern.ready.url}${path}`, {
      headers: { authorization: `Bearer ${postern.token}` },
    });
    note(`GET ${pattern}`, `${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  }
}

test.each([
  ['a file', (path: string) => ({ POSTERN_OAUTH_CLIENT_ASSERTION_FILE: path })],
  [
    'a program',
    (path: string) => ({ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: JSON.stringify(['cat', path]) }),
  ],
])('an assertion of %s and the pushed request are nowhere to be found', async (_, source) => {
  const { platform } = sandbox;
  if (platform === null) throw new Error('the sandbox is not the platform’s');
  postern = await startPostern({
    args: ['--live', '--port', '0', '--store', 'passphrase_file'],
    variables: {
      ...source(join(folder, 'assertion')),
      POSTERN_OAUTH_PROFILE: 'claude_platform',
      POSTERN_OAUTH_CLIENT_ID: sandbox.clientId,
      POSTERN_OAUTH_AUTHORIZATION_ENDPOINT: platform.authorizationEndpoint,
      POSTERN_OAUTH_PAR_ENDPOINT: platform.parEndpoint,
      POSTERN_OAUTH_TOKEN_ENDPOINT: platform.tokenEndpoint,
      POSTERN_OAUTH_REVOCATION_ENDPOINT: platform.revocationEndpoint,
      POSTERN_OAUTH_PAR_PARAMETERS: JSON.stringify({ user_profile_id: profile }),
      POSTERN_API_BASE_URL: sandbox.apiBaseUrl,
      POSTERN_PASSPHRASE: 'a passphrase of the linked sweep',
      POSTERN_LOG: 'debug',
      DEBUG: '*',
    },
  });
  note('login', await signInByCommand(postern));
  await run('status', '--json');
  await newAssertion();
  await run('refresh');
  // Refused by the server, then by Postern, each at the refresh, at a new sign-in and at the end.
  for (const fault of ['wrong_sub', 'expired']) {
    await newAssertion(fault);
    await run('refresh');
    await run('login', '--no-browser', '--json');
    await run('doctor');
    await everyRoute();
  }
  await newAssertion();
  await run('logout');
  await run('timeline');
  note('standard error', postern.command.stderr());
  for (const [path, text] of everythingIn(postern.household.dataDir)) note(`kept in ${path}`, text);

  expect(said.get('standard error')).toContain('invalid_client');
  expect(said.get('postern logout')).toContain('0 ');
  const found = [...said].flatMap(([where, text]) =>
    [profile, ...assertions].flatMap((secret) => {
      const how = findCanary(text, secret);
      return how === null
        ? []
        : [`${secret === profile ? 'the profile' : 'an assertion'} in ${where}: ${how}`];
    }),
  );
  expect(found).toEqual([]);
});
