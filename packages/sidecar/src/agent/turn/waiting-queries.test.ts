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
  return { waiting: open(), kept: () => JSON.stringify(document) };
}

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
