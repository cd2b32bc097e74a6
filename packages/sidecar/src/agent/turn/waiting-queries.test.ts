import type { QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { waitingQueries } from './waiting-queries.ts';

const conversationId = '5e551011-0000-4000-8000-000000000001';
const request: QueryRequest = {
  prompt: '/tidy the folder',
  ...{ model: 'opus', credential: 'oauth:work', permissionMode: 'accept_edits', capUsd: 0.5 },
  ...{ onLimit: 'wait', commands: true, attachments: [{ path: '/a.png' }] },
  mcpServers: {
    notes: { type: 'http', url: 'https://mcp.example', headers: { authorization: 'Bearer canary' } },
  },
};

const listed = { id: conversationId, title: 'Tidy', workspace: null, updatedAt: '2026-11-30T00:00:00.000Z' };

/** One that waited when Postern stopped. */
function openAfterStop() {
  let document: unknown = null;
  const documents = {
    read: () => document,
    update(_name: string, change: (current: unknown) => unknown) {
      document = JSON.parse(JSON.stringify(change(document)));
      return document;
    },
  };
  const open = () => waitingQueries(documents, () => undefined);
  const { prompt } = request;
  open().begin({ conversationId, workspace: '/projects', prompt, untilMs: 1 }, request, 0);
  return { waiting: open(), open, kept: () => JSON.stringify(document) };
}

describe('a prompt that ended before a program had it', () => {
  const { prompt } = request;

  it('is kept to be asked again, in place of what waited there before', () => {
    const { waiting, open } = openAfterStop();
    waiting.begin({ conversationId, workspace: '/projects', prompt: 'And now?', untilMs: 9 }, request, 5);
    expect(waiting.withStates([listed])).toMatchObject([{ state: 'waiting' }]);
    waiting.unsent({ conversationId, workspace: '/projects', prompt: 'And now?' }, request, 6);
    for (const each of [waiting, open()])
      expect(each.withStates([listed])).toMatchObject([{ state: 'interrupted', pendingPrompt: 'And now?' }]);
    expect(waiting.resumed({ conversationId, prompt: 'And now?' })).toMatchObject({ model: 'opus' });
  });

  it('is one of the last fifty, beside everything that waits or did', () => {
    const { waiting } = openAfterStop();
    const place = (at: number) => ({ conversationId: `c${at}`, workspace: '/projects', prompt });
    waiting.begin({ ...place(0), untilMs: 9 }, request, 0);
    for (let at = 1; at <= 60; at += 1) waiting.unsent(place(at), request, at);
    expect(waiting.conversationIds().toSorted()).toEqual(
      [conversationId, 'c0', ...Array.from({ length: 50 }, (_, at) => `c${at + 11}`)].toSorted(),
    );
  });

  it('makes room for later ones where they are long', () => {
    const { waiting } = openAfterStop();
    const long = 'x'.repeat(900_000);
    for (let at = 1; at <= 4; at += 1)
      waiting.unsent({ conversationId: `c${at}`, workspace: '/projects', prompt: long }, request, at);
    expect(waiting.conversationIds().toSorted()).toEqual([conversationId, 'c3', 'c4']);
  });
});

describe('a query that waited when Postern stopped', () => {
  it('is resumed with what it was asked with, by its prompt alone', () => {
    const { mcpServers: _, ...asked } = request;
    const { waiting } = openAfterStop();
    expect(waiting.resumed({ conversationId, prompt: request.prompt })).toEqual({ ...asked, conversationId });
  });

  it('is resumed with what is said now, where something is', () => {
    const now = { conversationId, prompt: request.prompt, model: 'sonnet', attachments: [] };
    expect(openAfterStop().waiting.resumed(now)).toMatchObject({ ...now, capUsd: 0.5 });
  });

  it('lends nothing to another prompt or conversation', () => {
    const { waiting } = openAfterStop();
    const other = { conversationId, prompt: 'Something else' };
    expect(waiting.resumed(other)).toBe(other);
    const elsewhere = { prompt: request.prompt };
    expect(waiting.resumed(elsewhere)).toBe(elsewhere);
  });

  it('leaves no secret of an editor’s server behind', () => {
    expect(openAfterStop().kept()).not.toMatch(/canary|mcp\.example/);
  });
});
