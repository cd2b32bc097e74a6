import { expect, it } from 'vitest';
import type { ServerDefinition } from '../mcp/index.ts';
import { type LoadedWorkspace, nothingLoaded } from '../trust/index.ts';
import { workspaceLoader } from './workspace-loader.ts';

const server = (name: string, origin: 'own' | 'folder'): ServerDefinition => ({
  ...{ name, origin, kind: 'stdio', command: `${origin}-program` },
  ...{ args: [], env: {}, files: [] },
});
const sent = { Files: { command: 'editor-program' }, editor: { url: 'http://127.0.0.1:9/mcp' } };

function loader(folder: Partial<LoadedWorkspace>) {
  return workspaceLoader({
    workspaceTrust: { load: async () => ({ ...nothingLoaded, ...folder }) },
    mcp: {
      definitions: () => [server('notes', 'own')],
      secret: async () => null,
      note: () => undefined,
      access: () => null,
      revision: 0,
    },
  });
}
const names = (servers: readonly { readonly name: string; readonly origin: string }[]) =>
  servers.map(({ name, origin }) => `${origin} ${name}`);

it('starts the user’s own servers everywhere, and an editor’s only in a trusted folder', async () => {
  for (const trust of ['none', 'changed'] as const) {
    const { servers, serversLeftOut } = await loader({ trust })('/projects', sent);
    expect(names(servers)).toEqual(['own notes']);
    expect(serversLeftOut).toMatchObject([
      { name: 'Files', origin: 'editor', status: 'left_out', reason: 'This folder is not trusted.' },
      { name: 'editor', origin: 'editor', status: 'left_out' },
    ]);
  }
  const own = await loader({ trust: 'trusted' })(null, undefined);
  expect(names(own.servers)).toEqual(['own notes']);
});

it('takes each name once: the user’s own, then the folder’s, then the editor’s', async () => {
  const servers = [server('Notes', 'folder'), server('files', 'folder')];
  const loaded = await loader({ trust: 'trusted', servers })('/projects', sent);
  expect(names(loaded.servers)).toEqual(['own notes', 'folder files', 'editor editor']);
  expect(names(loaded.serversLeftOut)).toEqual(['folder Notes', 'editor Files']);
});
