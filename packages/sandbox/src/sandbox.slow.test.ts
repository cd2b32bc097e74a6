import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, type SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../test/control.ts';
import { oauthUser } from '../test/oauth-user.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './start-sandbox.ts';

let sandbox: Sandbox;
let trouble: Control;
let token: string;
let home: string;
let workspace: string;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600 });
  trouble = control(sandbox);
  token = (await (await oauthUser(sandbox)).signIn()).access_token;
});
beforeEach(async () => {
  await trouble.post('reset', {});
  home = await mkdtemp(join(tmpdir(), 'sandbox-home-'));
  workspace = await mkdtemp(join(tmpdir(), 'sandbox-work-'));
  return async () => {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  };
});
afterAll(() => sandbox.close());

interface Run {
  readonly text: string;
  readonly pieces: number;
  readonly permissions: readonly string[];
  readonly sessionId: string;
  readonly structured: unknown;
  readonly error: boolean;
}

/** One prompt through the real program. */
async function run(
  prompt: string,
  options: {
    readonly credential?: 'token' | 'key';
    readonly resume?: string;
    readonly allow?: boolean;
    readonly schema?: Record<string, unknown>;
  } = {},
): Promise<Run> {
  const permissions: string[] = [];
  const messages: SDKMessage[] = [];
  const answer = query({
    prompt,
    options: {
      cwd: workspace,
      settingSources: [],
      includePartialMessages: true,
      ...(options.resume === undefined ? {} : { resume: options.resume }),
      ...(options.schema === undefined
        ? {}
        : { outputFormat: { type: 'json_schema', schema: options.schema } }),
      env: {
        ANTHROPIC_BASE_URL: sandbox.apiBaseUrl,
        ...(options.credential === 'key'
          ? { ANTHROPIC_API_KEY: sandbox.apiKey }
          : { ANTHROPIC_AUTH_TOKEN: token }),
        PATH: process.env['PATH'],
        HOME: home,
        CLAUDE_CONFIG_DIR: join(home, 'claude'),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      canUseTool: async (name, input) => {
        permissions.push(name);
        return options.allow === false
          ? { behavior: 'deny', message: 'The user declined' }
          : { behavior: 'allow', updatedInput: input };
      },
    },
  });
  for await (const message of answer) messages.push(message);
  const result = messages.find((message) => message.type === 'result');
  if (result?.type !== 'result' || result.subtype !== 'success') throw new Error('no result');
  return {
    text: result.result,
    pieces: messages.filter(
      (message) => message.type === 'stream_event' && message.event.type === 'content_block_delta',
    ).length,
    permissions,
    sessionId: result.session_id,
    structured: result.structured_output,
    error: result.is_error,
  };
}

const calls = async () => (await trouble.requests()).counts['messages'];

describe('the real Agent SDK program against the sandbox', () => {
  it('streams an answer with a token and goes on with it under a key, one call each', async () => {
    const first = await run('How are doors made?');
    expect(first.text).toContain('You asked: “How are doors made?”');
    expect(first.pieces).toBeGreaterThan(5);
    const second = await run('What did I ask before?', { credential: 'key', resume: first.sessionId });
    expect(second.text).toContain('1. How are doors made?');
    expect(await calls()).toEqual({ ok: 2 });
    const kinds = (await trouble.requests()).log.map(({ credential }) => credential?.kind);
    expect(kinds).toEqual(['api_key', 'bearer']);
  });

  it('writes a file with permission, runs a command on it, and quotes what came out', async () => {
    const { text, permissions } = await run(
      'write hello.txt containing "hello from the sandbox" then run `wc -c hello.txt && touch seen`',
    );
    expect(await readFile(join(workspace, 'hello.txt'), 'utf8')).toBe('hello from the sandbox');
    expect(permissions).toEqual(['Write', 'Bash']);
    expect(text).toContain('22 hello.txt');
    expect(await calls()).toEqual({ ok: 3 });
  });

  it('replaces a file and reads it back', async () => {
    await run('write a.txt containing one');
    const { text } = await run('write a.txt containing two then read a.txt');
    expect(text).toMatch(/1\s+two/);
  });

  it('stops when the person says no, and nothing was done', async () => {
    const { text } = await run('run `touch forbidden`', { allow: false });
    expect(text).toContain('The user declined');
    await expect(readFile(join(workspace, 'forbidden'))).rejects.toThrow();
    expect(await calls()).toEqual({ ok: 2 });
  });

  it('fills a structured output', async () => {
    const { structured } = await run('Name this', {
      schema: {
        type: 'object',
        properties: { title: { type: 'string' }, count: { type: 'integer' } },
        required: ['title', 'count'],
        additionalProperties: false,
      },
    });
    expect(structured).toEqual({ title: 'Name this', count: 1 });
  });
});
