import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChosenSettings, type McpServer, mcpServerSchema } from '@postern/contract';
import { fetch } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  accessOf,
  callTool,
  inBrowser,
  type Mcp,
  type OpenMcp,
  openMcpProcess,
} from '../../test/support/mcp/mcp-process.ts';
import {
  type OAuthMcpServer,
  startOAuthMcpServer,
  tokenCanary,
} from '../../test/support/mcp/oauth-mcp-server.ts';
import { temporaryDirectory } from '../../test/support/store/harness.ts';
import type { RemoteServer, ServerDefinition } from '../mcp/index.ts';

const trusted = '/home/ada/trusted';
let far: OAuthMcpServer;
let directory: ReturnType<typeof temporaryDirectory>;
let servers: NonNullable<ChosenSettings['mcpServers']>;
/** Added to the real time. */
let ahead: number;
const lines: string[] = [];
const open: (() => Promise<void>)[] = [];

beforeEach(async () => {
  far = await startOAuthMcpServer();
  directory = temporaryDirectory();
  servers = { far: { url: far.url } };
  ahead = 0;
  lines.length = 0;
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  await far[Symbol.asyncDispose]();
  directory.remove();
});

/** One process of Postern over the same sealed store. */
async function openMcp(): Promise<Pick<OpenMcp, 'mcp' | 'changed'>> {
  const opened = await openMcpProcess({
    directory: directory.path,
    log: (line) => void lines.push(line),
    now: () => Date.now() + ahead,
    servers: () => servers,
    folderServers: (path) => (path === trusted ? [ofFolder()] : null),
  });
  open.push(opened.close);
  return opened;
}

/** The same server as the user’s own, named by a folder. */
const ofFolder = (): RemoteServer => ({
  name: 'far',
  origin: 'folder',
  kind: 'http',
  url: far.url,
  headers: {},
});

async function signIn(mcp: Mcp, name = 'far'): Promise<void> {
  const { authorizationUrl } = await mcp.mcpSignIns.start(name, {});
  expect(await mcp.mcpSignIns.standing(name, {})).toEqual({ state: 'waiting', problem: null });
  expect(await inBrowser(authorizationUrl)).toBe(200);
  expect(await mcp.mcpSignIns.standing(name, {})).toEqual({ state: 'signed_in', problem: null });
}

const call = (mcp: Mcp, tool?: string): Promise<string> => callTool(mcp, far.url, tool);

it('signs in by what the server says: metadata, registration, PKCE, resource, and then a token', async () => {
  const { mcp } = await openMcp();
  expect(await mcp.mcpSignIns.standing('far', {})).toEqual({ state: 'signed_out', problem: null });
  expect((await mcp.mcp.list()).items).toMatchObject([{ signIn: 'signed_out', offersSignIn: false }]);
  await expect(call(mcp)).rejects.toMatchObject({ code: 401 });
  await signIn(mcp);
  expect(await call(mcp)).toContain('said by greet');
  expect(far.provider.authorizations).toMatchObject([{ scopes: ['tools'], resource: new URL(far.url) }]);
  const [client] = far.provider.clients.values();
  expect(client).toMatchObject({
    client_name: 'Postern',
    token_endpoint_auth_method: 'none',
    redirect_uris: [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)],
  });
  expect((await mcp.mcp.list()).items).toMatchObject([{ name: 'far', signIn: 'signed_in' }]);
});

it('renews once for eight requests of two processes, and uses the newest everywhere', async () => {
  const [one, two] = [await openMcp(), await openMcp()];
  await signIn(one.mcp);
  const before = await accessOf(two.mcp).token();
  expect(await call(two.mcp)).toContain('said by greet');
  ahead = 3600_000;
  const tokens = await Promise.all(
    Array.from({ length: 8 }, (_, index) => accessOf((index % 2 === 0 ? one : two).mcp).token()),
  );
  const texts = new Set(tokens.map((token) => token?.token.reveal()));
  expect([texts.size, texts.has(before?.token.reveal()), far.provider.refreshes]).toEqual([1, false, 1]);
  expect(await call(two.mcp)).toContain('said by greet');
});

it('renews where the server refuses a token before its time, and sends the request again', async () => {
  const { mcp } = await openMcp();
  await signIn(mcp);
  far.provider.endAccessTokens();
  expect(await call(mcp)).toContain('said by greet');
  expect(far.provider.refreshes).toBe(1);
});

it('says that a sign-in has ended whose refresh token is refused, and signs in again with the same client', async () => {
  const { mcp } = await openMcp();
  await signIn(mcp);
  far.provider.endRefreshTokens();
  ahead = 3600_000;
  await expect(call(mcp)).rejects.toMatchObject({ code: 401 });
  expect(await mcp.mcpSignIns.standing('far', {})).toEqual({ state: 'ended', problem: null });
  expect((await mcp.mcp.list()).items).toMatchObject([
    { status: 'needs_sign_in', reason: 'Its sign-in has ended.', nextStep: 'Sign in again.' },
  ]);
  // Never sent again.
  await expect(call(mcp)).rejects.toMatchObject({ code: 401 });
  expect(far.provider.refreshes).toBe(1);
  await signIn(mcp);
  expect(await call(mcp)).toContain('said by greet');
  expect(far.provider.clients.size).toBe(1);
});

it('says what more a server wants, and asks for it with the next sign-in', async () => {
  const { mcp } = await openMcp();
  await signIn(mcp);
  await expect(call(mcp, 'secret')).rejects.toThrow('It wants more than you allowed: tools secrets.');
  expect((await mcp.mcp.list()).items).toMatchObject([
    {
      status: 'needs_sign_in',
      reason: 'It wants more than you allowed: tools secrets.',
      signIn: 'signed_in',
    },
  ]);
  expect(await call(mcp)).toContain('said by greet');
  await signIn(mcp);
  expect(await call(mcp, 'secret')).toContain('said by secret');
});

it('goes on with the sign-in it has until another one has brought tokens', async () => {
  const { mcp } = await openMcp();
  await signIn(mcp);
  await expect(call(mcp, 'secret')).rejects.toThrow('It wants more than you allowed');
  const { authorizationUrl } = await mcp.mcpSignIns.start('far', {});
  expect(far.provider.clients.size).toBe(2);
  // The user looks at the page, or closes it.
  expect(await call(mcp)).toContain('said by greet');
  ahead = 60_000;
  far.provider.endAccessTokens();
  expect(await call(mcp)).toContain('said by greet');
  expect((await (await openMcp()).mcp.mcpSignIns.standing('far', {})).state).toBe('signed_in');
  expect(await inBrowser(authorizationUrl)).toBe(200);
  expect(await call(mcp, 'secret')).toContain('said by secret');
  far.provider.endAccessTokens();
  expect(await call(mcp, 'secret')).toContain('said by secret');
  expect(far.provider.clients.size).toBe(2);
});

it('takes no tokens for a server that was removed or signed out while its sign-in waited', async () => {
  const { mcp, changed } = await openMcp();
  const ended = await mcp.mcpSignIns.start('far', {});
  await mcp.mcpSignIns.end('far', {});
  await expect(inBrowser(ended.authorizationUrl)).rejects.toThrow();
  const removed = await mcp.mcpSignIns.start('far', {});
  servers = {};
  await changed();
  await expect.poll(() => inBrowser(removed.authorizationUrl).catch(() => 'not heard')).toBe('not heard');
  servers = { far: { url: far.url } };
  expect(await mcp.mcpSignIns.standing('far', {})).toEqual({ state: 'signed_out', problem: null });
});

it('removes the tokens with the sign-out, the server and its address, and revokes them', async () => {
  const { mcp, changed } = await openMcp();
  await signIn(mcp);
  expect(await mcp.mcpSignIns.end('far', {})).toEqual({ state: 'signed_out', problem: null });
  expect((await mcp.mcp.list()).items).toMatchObject([{ signIn: 'signed_out', offersSignIn: true }]);
  expect(far.provider.revoked).toHaveLength(1);
  await signIn(mcp);
  servers = { far: { url: `${far.url}?other` } };
  // Even before the change was heard of.
  expect(await accessOf(mcp).token()).toBeNull();
  await changed();
  await expect.poll(() => far.provider.revoked.length).toBe(2);
  servers = { far: { url: far.url } };
  expect(await mcp.mcpSignIns.standing('far', {})).toEqual({ state: 'signed_out', problem: null });
  await signIn(mcp);
  servers = {};
  await changed();
  await expect.poll(() => far.provider.revoked.length).toBe(3);
});

it('uses the client that the user gave for a server, and registers none', async () => {
  far.provider.clients.set('given', { client_id: 'given', redirect_uris: ['http://127.0.0.1/callback'] });
  servers = { far: { url: far.url, oauth: { clientId: 'given' } } };
  expect(mcpServerSchema.safeParse(servers['far']).success).toBe(true);
  const { mcp } = await openMcp();
  await signIn(mcp);
  expect(await call(mcp)).toContain('said by greet');
  expect([...far.provider.clients.keys()]).toEqual(['given']);
});

it('signs in to a folder’s server only where the folder is trusted, and for that folder alone', async () => {
  const { mcp } = await openMcp();
  const elsewhere = { workspace: '/home/ada/other' };
  await expect(mcp.mcpSignIns.start('far', elsewhere)).rejects.toMatchObject({ code: 'not_found' });
  expect(far.provider.clients.size).toBe(0);
  const { authorizationUrl } = await mcp.mcpSignIns.start('far', { workspace: trusted });
  expect(await inBrowser(authorizationUrl)).toBe(200);
  expect((await mcp.mcpSignIns.standing('far', { workspace: trusted })).state).toBe('signed_in');
  expect((await mcp.mcpSignIns.standing('far', {})).state).toBe('signed_out');
  const token = async (server: ServerDefinition, folder: string) =>
    (await mcp.mcp.access(server, folder)?.token()) ?? null;
  expect(await token(ofFolder(), trusted)).not.toBeNull();
  expect(await token(ofFolder(), elsewhere.workspace)).toBeNull();
  expect(await token({ ...ofFolder(), url: `${far.url}/other` }, trusted)).toBeNull();
  // An editor signs in to its own.
  expect(mcp.mcp.access({ ...ofFolder(), origin: 'editor' }, trusted)).toBeNull();
});

it('lets only the newest of two sign-ins bring tokens, and takes no answer twice', async () => {
  const { mcp } = await openMcp();
  const [first, second] = [await mcp.mcpSignIns.start('far', {}), await mcp.mcpSignIns.start('far', {})];
  const answerOf = async (address: string) =>
    (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? '';
  await expect(fetch(await answerOf(first.authorizationUrl))).rejects.toThrow();
  const answer = await answerOf(second.authorizationUrl);
  const forged = new URL(answer);
  forged.searchParams.set('state', 'forged');
  expect((await fetch(forged)).status).toBe(400);
  expect((await mcp.mcpSignIns.standing('far', {})).state).toBe('waiting');
  expect((await fetch(answer)).status).toBe(200);
  await expect(fetch(answer)).rejects.toThrow();
  expect((await mcp.mcpSignIns.standing('far', {})).state).toBe('signed_in');
});

it('says why a sign-in ended without tokens', async () => {
  const { mcp } = await openMcp();
  far.provider.denies = true;
  const { authorizationUrl } = await mcp.mcpSignIns.start('far', {});
  expect(await inBrowser(authorizationUrl)).toBe(400);
  const problem = 'Access was not granted.';
  expect(await mcp.mcpSignIns.standing('far', {})).toEqual({ state: 'signed_out', problem });
  expect((await mcp.mcp.list()).items).toMatchObject([{ status: 'needs_sign_in', reason: problem }]);
});

it.each<[why: string, server: () => McpServer, code: string]>([
  ['is a program', () => ({ command: 'x' }), 'mcp_sign_in_failed'],
  [
    'has a token in its headers',
    () => ({ url: far.url, headers: { Authorization: { secret: 'x' } } }),
    'mcp_sign_in_failed',
  ],
  ['is not reached encrypted', () => ({ url: 'http://mcp.example.com/mcp' }), 'mcp_sign_in_failed'],
  ['has no sign-in', () => ({ url: new URL('/other', far.url).href }), 'mcp_sign_in_failed'],
])('begins no sign-in at a server that %s', async (_, server, code) => {
  servers = { far: server() };
  const { mcp } = await openMcp();
  await expect(mcp.mcpSignIns.start('far', {})).rejects.toMatchObject({ code });
  await expect(mcp.mcpSignIns.start('near', {})).rejects.toMatchObject({ code: 'not_found' });
});

it('writes a token into no log, answer, definition or file', async () => {
  const { mcp } = await openMcp();
  await signIn(mcp);
  await call(mcp);
  ahead = 3600_000;
  await call(mcp);
  await call(mcp, 'secret').catch((error: unknown) => lines.push(String(error)));
  far.provider.endRefreshTokens();
  ahead = 7200_000;
  await call(mcp).catch((error: unknown) => lines.push(String(error)));
  const seen = [lines, await mcp.mcp.list(), await mcp.mcpSignIns.standing('far', {}), mcp.mcp.definitions()];
  expect(JSON.stringify(seen)).not.toContain(tokenCanary);
  const files = readdirSync(directory.path);
  expect(files).toContain('postern.db');
  for (const file of files)
    expect(readFileSync(join(directory.path, file)).includes(tokenCanary), file).toBe(false);
});
