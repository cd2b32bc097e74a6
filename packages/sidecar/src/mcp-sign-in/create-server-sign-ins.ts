import { createHash } from 'node:crypto';
import type { RemoteServer, ServerSignIns } from '../mcp/index.ts';
import type { SignInRecords } from '../store/index.ts';
import { createRegistrations } from './registrations.ts';
import { createServerSignIn, type ServerSignIn, type ServerSignInDeps } from './server-sign-in.ts';

export interface ServerSignInsDeps
  extends Pick<ServerSignInDeps, 'fetch' | 'userAgent' | 'clock' | 'log' | 'onChange' | 'exclusively'> {
  readonly documents: Parameters<typeof createRegistrations>[0];
  readonly signIns: SignInRecords;
}

const ownPrefix = 'own:';

/** The sign-ins at MCP servers, each made when it is first asked for. */
export function createServerSignIns(deps: ServerSignInsDeps): ServerSignIns {
  const registrations = createRegistrations(deps.documents);
  const known = new Map<string, ServerSignIn>();
  const at = (key: string): ServerSignIn => {
    const found = known.get(key) ?? createServerSignIn(key, { ...deps, registrations });
    known.set(key, found);
    return found;
  };
  const of = (server: RemoteServer, folder: string | null): ServerSignIn => at(keyOf(server.name, folder));

  return {
    access: (server, folder) => of(server, folder).access(server),
    standing: (server, folder) => of(server, folder).standing(server),
    offers: (server, folder) => of(server, folder).offers(server),
    start: (server, folder) => of(server, folder).start(server),
    end: (server, folder) => of(server, folder).end(),
    async keepOnly(own) {
      const urls = new Map(own.map((server) => [keyOf(server.name, null), server.url]));
      for (const key of new Set([...registrations.keys(), ...known.keys()]))
        if (key.startsWith(ownPrefix)) await at(key).keepFor(urls.get(key));
    },
    async close() {
      await Promise.all([...known.values()].map((each) => each.close()));
    },
  };
}

/** A folder’s server is another one than that of the same name in another folder, or of the user’s own. */
function keyOf(name: string, folder: string | null): string {
  return folder === null
    ? `${ownPrefix}${name}`
    : `folder:${createHash('sha256').update(folder).digest('hex').slice(0, 32)}:${name}`;
}
