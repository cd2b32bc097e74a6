import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Query, query, type SDKMessage, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { onTestFinished } from 'vitest';
import { PromptQueue } from '../../../src/agent/child/prompt-queue.ts';

/** The Agent SDK alone, with nothing of ours between it and the server. */
export interface BareProgram {
  /**
   * One turn: all text that it streamed.
   * @param isHeld the server never closes: the program alone would wait for minutes, and is interrupted after the answer
   */
  ask(prompt: string, isHeld: boolean): Promise<string>;
}

/** One program for any number of turns. */
export function startBareProgram(apiBaseUrl: string): BareProgram {
  const root = mkdtempSync(join(tmpdir(), 'postern-bare-'));
  for (const dir of ['config', 'home', 'workspace']) mkdirSync(join(root, dir));
  const prompts = new PromptQueue();
  const running: Query = query({
    prompt: prompts as AsyncIterable<SDKUserMessage>,
    options: {
      cwd: join(root, 'workspace'),
      env: {
        PATH: process.env['PATH'],
        HOME: join(root, 'home'),
        CLAUDE_CONFIG_DIR: join(root, 'config'),
        ANTHROPIC_BASE_URL: apiBaseUrl,
        ANTHROPIC_AUTH_TOKEN: 'not-a-secret',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
        CLAUDE_CODE_MAX_RETRIES: '0',
      },
      includePartialMessages: true,
      settingSources: [],
      tools: [],
    },
  });
  const messages = running[Symbol.asyncIterator]();
  onTestFinished(async () => {
    prompts.close();
    running.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    async ask(prompt, isHeld) {
      prompts.push(prompt, crypto.randomUUID(), true);
      let text = '';
      for (;;) {
        const { value, done } = await messages.next();
        if (done === true) throw new Error('the program left');
        text += textOf(value);
        if (value.type === 'result') return text;
        if (isHeld && isStopped(value)) void running.interrupt();
      }
    },
  };
}

function textOf(message: SDKMessage): string {
  if (message.type !== 'stream_event' || message.event.type !== 'content_block_delta') return '';
  return message.event.delta.type === 'text_delta' ? message.event.delta.text : '';
}

function isStopped(message: SDKMessage): boolean {
  return (
    message.type === 'stream_event' &&
    message.event.type === 'message_delta' &&
    message.event.delta.stop_reason !== null
  );
}
