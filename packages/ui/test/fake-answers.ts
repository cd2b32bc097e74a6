import { randomUUID } from 'node:crypto';
import type {
  Approval,
  FolderList,
  ForwardedCallback,
  QuestionAnswer,
  SettingsPatch,
  WorkspaceTrustRequest,
} from '@postern/contract';
import {
  addAccount,
  changeKeys,
  claudeCodeLogin,
  claudeCodeLogout,
  claudeCodeStatus,
  completeAccount,
  inOrder,
  signInStatus,
} from './fake-accounts.ts';
import {
  conversationPage,
  fallBack,
  foundConversations,
  freshFacts,
  inSeconds,
  saveKey,
  setCredential,
  signIn,
} from './fake-facts.ts';
import { beginServerSignIn } from './fake-mcp.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { Refusal } from './refusal.ts';

/** What a route answers: a value as JSON, or a page as text. Throws `Refusal`. */
export function answerRoute(fake: FakeSidecar, method: string, address: URL, body: unknown): unknown {
  const { facts } = fake;
  const path = address.pathname;
  const limit = Number(address.searchParams.get('limit') ?? 50);
  const before = address.searchParams.get('before');
  const credential = address.searchParams.get('credential');
  const claudeCodeId = credential ?? 'claude_code:default';
  switch (`${method} ${path}`) {
    case 'GET /health':
      return facts.health;
    case 'POST /session':
      return { token: fake.redeem((body as { ticket: string }).ticket) };
    case 'GET /settings':
      return facts.settings;
    case 'POST /settings':
      return changeSettings(fake, body as SettingsPatch);
    case 'GET /credentials':
      return { items: inOrder(facts), next: null };
    case 'GET /auth/anthropic/status':
      return signInStatus(facts, credential);
    case 'GET /auth/anthropic/start':
      return startSignIn(fake, credential, address.searchParams.get('restart') === '1');
    case 'GET /fake-sign-in':
      return '<!doctype html><title>Sandbox sign-in</title><a href="/fake-sign-in/allow">Allow</a>';
    case 'GET /fake-sign-in/allow':
      completeSignIn(fake);
      return '<!doctype html><title>Signed in</title><p>You are signed in.</p>';
    case 'POST /auth/anthropic/callback': {
      const given = body as ForwardedCallback;
      if (!('pasted' in given) || given.pasted !== 'good#code') throw new Refusal('state_mismatch');
      completeSignIn(fake);
      return fake.facts.status;
    }
    case 'POST /auth/anthropic/cancel':
      facts.status = { ...facts.status, state: 'signed_out', pendingSignIn: null };
      void fake.emit({
        event: 'sign_in_changed',
        data: { state: 'signed_out', step: 'cancelled', code: 'sign_in_cancelled' },
      });
      return facts.status;
    case 'POST /auth/anthropic/refresh':
      if (facts.status.state === 'refresh_failing') throw new Refusal('refresh_unavailable');
      signIn(facts);
      return facts.status;
    case 'POST /auth/anthropic/logout':
      return signOut(fake, credential);
    case 'GET /auth/claude-code/status':
      return claudeCodeStatus(facts, claudeCodeId);
    case 'POST /auth/claude-code/login':
      return claudeCodeLogin(fake, claudeCodeId, (body as { pasted?: string }).pasted);
    case 'POST /auth/claude-code/cancel':
      facts.claudeCode = freshFacts().claudeCode;
      return facts.claudeCode;
    case 'POST /auth/claude-code/logout':
      return claudeCodeLogout(facts, claudeCodeId);
    case 'POST /approve': {
      const { requestId, decision } = body as Approval;
      fake.approve(requestId, decision);
      return { done: true };
    }
    case 'POST /answer': {
      const { requestId, answers } = body as QuestionAnswer;
      fake.approve(requestId, answers === null ? 'deny' : 'allow');
      return { done: true };
    }
    case 'GET /conversations': {
      const search = (address.searchParams.get('search') ?? '').toLowerCase();
      return { items: foundConversations(facts, search).slice(0, limit), next: null, reading: false };
    }
    case 'POST /attachments': {
      const name = address.searchParams.get('name') ?? '';
      return { path: `/home/ada/.cache/postern/attachments/1/${name}`, name, bytes: body };
    }
    case 'GET /folders':
      return folderList(address.searchParams.get('path') ?? '/home/ada');
    case 'GET /workspace':
      return { ...facts.workspace, path: address.searchParams.get('path') };
    case 'GET /mcp-servers':
    case 'POST /mcp-secrets':
      return facts.mcpServers;
    case 'POST /mcp-servers/search/sign-in':
      return beginServerSignIn(facts, 'search');
    case 'POST /workspace/trust': {
      const { path, hash } = body as WorkspaceTrustRequest;
      facts.workspace = { ...facts.workspace, trust: hash === null ? 'none' : 'trusted' };
      return { ...facts.workspace, path };
    }
    case 'GET /usage':
      return facts.usage;
    case 'GET /receipts':
      return { items: facts.receipts, next: null };
    case 'GET /timeline':
      return { items: facts.timeline, next: null };
    case 'GET /diagnostics':
      return {
        at: inSeconds(0),
        version: '0.1.0',
        platform: 'test',
        findings: [
          { code: 'agent_program', level: 'ok', text: 'The Agent SDK’s program answers.', nextStep: null },
          {
            code: 'os_keychain',
            level: 'notice',
            text: 'This machine has no keychain.',
            nextStep: 'Start Postern with --store passphrase_file to keep sign-ins over a restart.',
          },
        ],
      };
    case 'GET /openapi.json':
      return openApi;
    case 'POST /sandbox/expire':
    case 'POST /sandbox/offline':
    case 'POST /sandbox/platform':
      return { done: true };
    case 'POST /sandbox/revoke':
      fallBack(facts, 'reauthorization_required', null);
      return { done: true };
    case 'POST /sandbox/limit':
      if ((body as { on?: boolean }).on !== false) fallBack(facts, 'plan_limit_reached', inSeconds(3600));
      return { done: true };
  }
  const cancelled = /^\/query\/([^/]+)\/cancel$/.exec(path)?.[1];
  if (cancelled !== undefined && method === 'POST') {
    fake.cancelQuery(cancelled);
    return { done: true };
  }
  const conversation = /^\/conversations\/([^/]+)$/.exec(path)?.[1];
  if (conversation !== undefined && method === 'GET') {
    const page = conversationPage(facts, conversation, before, limit);
    if (page === null) throw new Refusal('conversation_not_found');
    return page;
  }
  if (conversation !== undefined) {
    const known = facts.conversations.find((each) => each.id === conversation);
    if (known === undefined) throw new Refusal('conversation_not_found');
    const others = facts.conversations.filter((each) => each !== known);
    const renamed = { ...known, title: (body as { title?: string } | null)?.title ?? known.title };
    facts.conversations = method === 'DELETE' ? others : [renamed, ...others];
    return method === 'DELETE' ? { done: true } : renamed;
  }
  if (/^\/conversations\/[^/]+\/subagents\//.test(path)) return { items: facts.subagent };
  if (/^\/conversations\/[^/]+\/rewind$/.test(path))
    return (body as { dryRun?: boolean } | null)?.dryRun === true ? facts.rewind.would : facts.rewind.did;
  throw new Refusal('not_found');
}

function changeSettings(fake: FakeSidecar, patch: SettingsPatch) {
  const { apiKey, apiKeys, forgetRule, fallback, ...rest } = patch;
  const { facts } = fake;
  facts.settings = {
    ...facts.settings,
    ...(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as object),
    fallback: { ...facts.settings.fallback, ...(fallback as object) },
  };
  if (forgetRule !== undefined) {
    const { [forgetRule.workspace]: rules = [], ...others } = facts.settings.alwaysAllow;
    const left = rules.filter((each) => each !== forgetRule.rule);
    facts.settings.alwaysAllow = left.length === 0 ? others : { ...others, [forgetRule.workspace]: left };
  }
  changeKeys(facts, apiKeys);
  if (typeof apiKey === 'string') saveKey(facts, apiKey.slice(-4));
  if (apiKey === null) {
    facts.settings = { ...facts.settings, hasApiKey: false, apiKey: null };
    setCredential(facts, 'api_key', { status: 'absent' });
    if (facts.status.activeCredential?.kind === 'api_key')
      facts.status = { ...facts.status, activeCredential: null };
  }
  return facts.settings;
}

function startSignIn(fake: FakeSidecar, credential: string | null, restart: boolean) {
  const { facts } = fake;
  if (facts.credentials.some((each) => each.kind === 'oauth' && each.status === 'not_configured'))
    throw new Refusal('oauth_not_configured');
  if (facts.status.pendingSignIn !== null && !restart) throw new Refusal('sign_in_in_progress');
  fake.pendingAccount = credential ?? 'oauth:default';
  const authorizationUrl = `${fake.url}/fake-sign-in?response_type=code&client_id=postern-sandbox&code_challenge_method=S256&state=${randomUUID()}`;
  const pendingSignIn = { signInId: randomUUID(), authorizationUrl, expiresAt: inSeconds(300) };
  const isFirst = fake.pendingAccount === 'oauth:default';
  facts.status = {
    ...facts.status,
    ...(isFirst ? { state: 'pending' } : {}),
    pendingSignIn,
    lastError: null,
  };
  void fake.emit({ event: 'sign_in_changed', data: { state: 'pending', step: 'started', code: null } });
  return { ...pendingSignIn, redirectUri: `${fake.url}/auth/anthropic/callback` };
}

function completeSignIn(fake: FakeSidecar): void {
  if (fake.facts.status.pendingSignIn === null) throw new Refusal('no_sign_in_pending');
  completeAccount(fake.facts, fake.pendingAccount);
  fake.facts.status = { ...fake.facts.status, refreshable: fake.isRenewable };
  void fake.emit({ event: 'sign_in_changed', data: { state: 'signed_in', step: 'completed', code: null } });
}

function signOut(fake: FakeSidecar, credential: string | null) {
  const { facts } = fake;
  if (credential !== null && credential !== 'oauth:default') {
    addAccount(facts, credential, { status: 'absent' });
    return { state: 'signed_out', revocation: 'done' };
  }
  const empty = freshFacts();
  const keyed = facts.settings.hasApiKey;
  facts.status = { ...empty.status, revocation: 'done' };
  facts.settings = { ...facts.settings, hasOAuthToken: false, oauthExpiresAt: null };
  setCredential(facts, 'oauth', { status: 'absent', expiresAt: null });
  if (keyed) saveKey(facts, facts.settings.apiKey?.last4);
  void fake.emit({ event: 'sign_in_changed', data: { state: 'signed_out', step: 'signed_out', code: null } });
  return { state: 'signed_out', revocation: 'done' };
}

const openApi = {
  openapi: '3.1.0',
  paths: {
    '/health': {
      get: {
        summary: 'Whether Postern is well.',
        responses: { 200: { description: 'Version, mode and what is missing.' } },
      },
    },
    '/query': {
      post: {
        summary: 'Runs a prompt.',
        description: 'The answer is a stream of events that ends with one result or one error.',
        requestBody: {
          content: {
            'application/json': { schema: { type: 'object', properties: { prompt: { type: 'string' } } } },
          },
        },
        responses: {
          200: { description: 'text/event-stream' },
          409: { description: 'Not signed in, or the sign-in has ended.' },
        },
      },
    },
    '/conversations/{id}': {
      get: {
        summary: 'One conversation, newest page first.',
        parameters: [
          { name: 'id', in: 'path', required: true },
          { name: 'before', in: 'query' },
        ],
        responses: {
          200: { description: 'Its items.' },
          404: { description: 'There is no such conversation.' },
        },
      },
    },
  },
};

function folderList(path: string): FolderList {
  const folder = (name: string, leadsTo: string | null = null) => ({
    name,
    path: `${path}/${name}`,
    leadsTo,
  });
  return {
    path,
    parent: path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/',
    items: [folder('engine'), folder('letters to Charles'), folder('notes', '/mnt/shared/notes')],
    complete: true,
  };
}
