import { queryRequestSchema } from '@postern/contract';
import { expect, it } from 'vitest';
import { editorServers } from './editor-servers.ts';

it('gives an editor’s servers names that their tools can carry, each its own', () => {
  const env = [{ name: 'API_TOKEN', value: 'a' }];
  const servers = editorServers([
    { name: 'My Notes (work)', command: 'npx', args: ['notes'], env },
    { name: 'my__server__', command: 'x', args: [], env: [] },
    { name: 'my_server', command: 'y', args: [], env: [] },
    {
      name: '日本',
      type: 'http',
      url: 'https://mcp.example/',
      headers: [{ name: 'Authorization', value: 'b' }],
    },
    { name: 'x'.repeat(200), type: 'sse', url: 'http://127.0.0.1:9/', headers: [] },
  ]);
  expect(servers).toEqual({
    My_Notes_work: { command: 'npx', args: ['notes'], env: { API_TOKEN: 'a' } },
    my_server: { command: 'x', args: [], env: {} },
    'my_server-2': { command: 'y', args: [], env: {} },
    server: { type: 'http', url: 'https://mcp.example/', headers: { Authorization: 'b' } },
    ['x'.repeat(60)]: { type: 'sse', url: 'http://127.0.0.1:9/', headers: {} },
  });
  expect(queryRequestSchema.safeParse({ prompt: 'Hello', mcpServers: servers }).success).toBe(true);
});
