import type { EditorServers } from '@postern/contract';

/** A text, or the name of a sealed secret. */
export type ServerValue = string | { readonly secret: string };

/** A file of the folder that a server is started with, as it was when the folder was looked at. */
export interface PinnedFile {
  /** Absolute. */
  readonly path: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

interface Named {
  /** Part of its tools’ names. */
  readonly name: string;
  /** Where it is from: the trusted folder, the user’s settings, or the editor that speaks to Postern. */
  readonly origin: 'folder' | 'own' | 'editor';
  /** Another one once a secret was changed: what was started with the old one is not gone on with. */
  readonly revision?: number;
}

/** A server that is a program on this machine. */
export interface StdioServer extends Named {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, ServerValue>>;
  /** It is not started where one of these is another by then. */
  readonly files: readonly PinnedFile[];
}

/** A server that is reached over HTTP. */
export interface RemoteServer extends Named {
  readonly kind: 'http' | 'sse';
  readonly url: string;
  readonly headers: Readonly<Record<string, ServerValue>>;
  /** A client that is registered for the user at the server’s authorization server. */
  readonly oauth?: { readonly clientId: string; readonly callbackPort?: number | undefined };
}

/** What is started or called, and with what. Holds no secret of the user's: those are named. */
export type ServerDefinition = StdioServer | RemoteServer;

/**
 * Whether Postern signs in to a server that wants it: one over HTTP that is reached encrypted or is on this machine, whose headers hold no
 * `Authorization`. An editor signs in to its own. Pure.
 */
export function takesSignIn(server: ServerDefinition): server is RemoteServer {
  if (server.kind === 'stdio' || server.origin === 'editor') return false;
  const { protocol, hostname } = new URL(server.url);
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  const isReserved = Object.keys(server.headers).some((name) => name.toLowerCase() === 'authorization');
  return (protocol === 'https:' || isHere) && !isReserved;
}

/** An editor’s servers, as they were sent. Pure. */
export function editorServers(servers: EditorServers = {}): readonly ServerDefinition[] {
  return Object.entries(servers).map(([name, server]) => {
    const named = { name, origin: 'editor' } as const;
    if ('url' in server)
      return { ...named, kind: server.type ?? 'http', url: server.url, headers: server.headers ?? {} };
    const { command, args = [], env = {} } = server;
    return { ...named, kind: 'stdio', command, args, env, files: [] };
  });
}

/** What it is, in a line: the program with its arguments, or the address without what may be a secret in it. */
export function targetOf(server: ServerDefinition): string {
  if (server.kind === 'stdio') return [server.command, ...server.args].join(' ');
  const { origin, pathname } = new URL(server.url);
  return `${origin}${pathname}`;
}
