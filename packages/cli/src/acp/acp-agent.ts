import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import {
  type AgentApp,
  type AgentContext,
  agent,
  type ClientCapabilities,
  type McpServer,
  methods,
  PROTOCOL_VERSION,
  RequestError,
} from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import type { PermissionMode } from '@postern/contract';
import { authMethods, isAuthMethod } from './auth-methods.ts';
import { editorServers } from './editor-servers.ts';
import { replay } from './replay.ts';
import { asRequestError, errorOf, notThere } from './request-error.ts';
import { AcpSession } from './session.ts';
import { configOptions, modeState, type OptionChange, optionChange } from './session-options.ts';
import { payerOf, type SignInTimes, signedIn, signInFirst } from './sign-in.ts';
import { wholeConversation } from './whole-conversation.ts';

/** As much of a running sidecar as the adapter needs. */
export type AcpClient = Pick<
  PosternClient,
  | 'runQuery'
  | 'changeMode'
  | 'answer'
  | 'approve'
  | 'settings'
  | 'credentials'
  | 'conversations'
  | 'conversation'
  | 'reserveConversation'
  | 'deleteConversation'
  | 'ticket'
  | 'usage'
  | 'attach'
  | 'workspace'
>;

/** What the adapter is built from. */
export interface AcpDeps {
  readonly version: string;
  /** The running sidecar; started if there is none. @throws CommandError */
  readonly sidecar: () => Promise<AcpClient>;
  /** Shows Postern's window. */
  readonly openWindow: (url: string) => Promise<boolean>;
  /** Postern's command line up to the name of a command, by full paths. */
  readonly ownCommand: readonly [string, ...string[]];
  readonly signIn?: SignInTimes;
}

interface OpenedSession {
  readonly id: string;
  readonly workspace: string;
  readonly mode: PermissionMode;
  /** It has no turn yet. */
  readonly isNew?: boolean;
  /** The editor’s. */
  readonly servers?: readonly McpServer[] | undefined;
}

const pageSize = 100;

/**
 * Postern as an ACP v1 agent: sessions are its conversations, questions about tools and about who pays are permission requests, and the
 * payer is an option that is known before the first token. It holds no credential and starts no program of its own.
 */
export function acpAgent(deps: AcpDeps): AgentApp {
  const sessions = new Map<string, AcpSession>();
  /** Sessions that were made here and had no prompt yet, each with the sidecar that it was reserved at. */
  const unused = new Map<string, AcpClient>();
  let capabilities: ClientCapabilities = {};
  let clientVersion = 0;

  const sessionOf = (id: string): AcpSession => {
    const session = sessions.get(id);
    if (session === undefined) throw errorOf('conversation_not_found');
    return session;
  };

  /** The rejections of the sidecar's client as errors of the protocol. */
  const orRequestError = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asRequestError(error);
    }
  };

  const open = (opened: OpenedSession, client: AgentContext): AcpSession => {
    const { id, workspace, mode, isNew = false, servers = [] } = opened;
    sessions.get(id)?.close();
    const choices = { mode, model: null, payer: null };
    const session = new AcpSession(
      { id, isNew, workspace, choices, servers: editorServers(servers) },
      client,
      {
        notices: capabilities.session?.notices != null,
        forms: capabilities.elicitation?.form != null,
        // No capability of its own: every client of version 1 takes it.
        usage: clientVersion >= PROTOCOL_VERSION,
      },
    );
    sessions.set(id, session);
    return session;
  };

  const optionsOf = async (session: AcpSession, sidecar: AcpClient) => {
    const credentials = await sidecar.credentials();
    session.money.payer ??= payerOf(credentials);
    return configOptions(session.choices, credentials, session.money.payer);
  };

  /** After the answer that is about to go out: by it the editor gets to know the session. */
  const offerCommands = (session: AcpSession, sidecar: AcpClient): void => {
    setImmediate(() => void session.offerCommands(sidecar));
  };

  const change = async (session: AcpSession, changed: OptionChange, sidecar: AcpClient) => {
    await session.choose(changed);
    return await optionsOf(session, sidecar);
  };

  return agent({ name: 'postern' })
    .onRequest(methods.agent.initialize, ({ params }) => {
      capabilities = params.clientCapabilities ?? {};
      clientVersion = params.protocolVersion;
      return {
        protocolVersion: PROTOCOL_VERSION,
        agentInfo: { name: 'postern', title: 'Postern', version: deps.version },
        agentCapabilities: {
          loadSession: true,
          promptCapabilities: { image: true, audio: false, embeddedContext: true },
          mcpCapabilities: { http: true, sse: true },
          sessionCapabilities: { list: {}, resume: {}, close: {} },
        },
        authMethods: authMethods(capabilities, deps.ownCommand),
      };
    })
    .onRequest(methods.agent.authenticate, ({ params: { methodId }, signal }) =>
      orRequestError(async () => {
        if (!isAuthMethod(methodId))
          throw notThere({ methodId }, 'There is no such way to sign in. Use one that is offered.');
        await signedIn(await deps.sidecar(), deps.openWindow, signal, deps.signIn);
      }),
    )
    .onRequest(methods.agent.session.new, ({ params, client }) =>
      orRequestError(async () => {
        const folder = wholePath(params.cwd);
        const sidecar = await deps.sidecar();
        const [{ permissionMode }, credentials] = await Promise.all([
          sidecar.settings(),
          sidecar.credentials(),
        ]);
        const payer = payerOf(credentials);
        if (payer === null) throw RequestError.authRequired({ code: 'not_signed_in' }, signInFirst);
        const { mcpServers: servers } = params;
        const { conversationId, workspace } = await sidecar.reserveConversation({
          workspace: folder,
          permissionMode,
          ...(servers.length === 0 ? {} : { mcpServers: editorServers(servers) }),
        });
        const session = open(
          { id: conversationId, isNew: true, workspace, mode: permissionMode, servers },
          client,
        );
        unused.set(session.id, sidecar);
        session.money.payer = payer;
        offerCommands(session, sidecar);
        return {
          sessionId: session.id,
          modes: modeState(session.choices),
          configOptions: configOptions(session.choices, credentials, payer),
        };
      }),
    )
    .onRequest(methods.agent.session.load, ({ params, client }) =>
      orRequestError(async () => {
        const folder = wholePath(params.cwd);
        const sidecar = await deps.sidecar();
        const [{ permissionMode }, { items, isRunning }] = await Promise.all([
          sidecar.settings(),
          wholeConversation(sidecar, params.sessionId),
        ]);
        const session = open(
          {
            ...{ id: params.sessionId, isNew: items.length === 0, workspace: folder },
            ...{ mode: permissionMode, servers: params.mcpServers },
          },
          client,
        );
        for (const update of replay(items, folder, isRunning)) await session.update(update);
        const options = await optionsOf(session, sidecar);
        offerCommands(session, sidecar);
        return { modes: modeState(session.choices), configOptions: options };
      }),
    )
    .onRequest(methods.agent.session.resume, ({ params, client }) =>
      orRequestError(async () => {
        const workspace = wholePath(params.cwd);
        const sidecar = await deps.sidecar();
        const { items } = await sidecar.conversation(params.sessionId, { limit: 1 });
        const { permissionMode } = await sidecar.settings();
        const { sessionId: id, mcpServers: servers } = params;
        const opened = { id, isNew: items.length === 0, workspace, mode: permissionMode, servers };
        const session = open(opened, client);
        const options = await optionsOf(session, sidecar);
        offerCommands(session, sidecar);
        return { modes: modeState(session.choices), configOptions: options };
      }),
    )
    .onRequest(methods.agent.session.list, ({ params }) =>
      orRequestError(async () => {
        const named = params.cwd == null ? null : wholePath(params.cwd);
        const sidecar = await deps.sidecar();
        const page = await sidecar.conversations({ limit: pageSize, before: params.cursor ?? undefined });
        const folder = named === null ? null : await recordedPath(named);
        const inFolder = page.items.flatMap(({ id, title, workspace, updatedAt }) =>
          workspace === null || (folder !== null && folder !== workspace)
            ? []
            : [{ sessionId: id, cwd: workspace, title, updatedAt }],
        );
        return { sessions: inFolder, nextCursor: page.next };
      }),
    )
    .onRequest(methods.agent.session.close, async ({ params }) => {
      const { sessionId } = params;
      sessions.get(sessionId)?.close();
      sessions.delete(sessionId);
      const reservedAt = unused.get(sessionId);
      unused.delete(sessionId);
      // Its program may serve the next session. What cannot be forgotten now is forgotten after a while: no sidecar is started for it.
      await reservedAt?.deleteConversation(sessionId).catch(() => undefined);
    })
    .onRequest(methods.agent.session.setMode, ({ params }) =>
      orRequestError(async () => {
        const session = sessionOf(params.sessionId);
        const changed = optionChange('mode', params.modeId, []);
        if (changed === null)
          throw notThere({ modeId: params.modeId }, 'There is no such mode. Choose one of the session’s.');
        const options = await change(session, changed, await deps.sidecar());
        await session.update({ sessionUpdate: 'config_option_update', configOptions: options });
      }),
    )
    .onRequest(methods.agent.session.setConfigOption, ({ params }) =>
      orRequestError(async () => {
        const session = sessionOf(params.sessionId);
        const sidecar = await deps.sidecar();
        const { configId, value } = params;
        const changed = optionChange(configId, value, await sidecar.credentials());
        if (changed === null)
          throw notThere({ configId }, 'There is no such option or value. Choose one of the session’s.');
        const options = await change(session, changed, sidecar);
        if (changed.mode !== undefined)
          await session.update({ sessionUpdate: 'current_mode_update', currentModeId: changed.mode });
        return { configOptions: options };
      }),
    )
    .onRequest(methods.agent.session.prompt, ({ params, signal }) =>
      orRequestError(async () => {
        const session = sessionOf(params.sessionId);
        unused.delete(session.id);
        signal.addEventListener('abort', () => session.cancel(), { once: true });
        return await session.prompt(deps.sidecar, params.prompt, async () => {
          const options = await optionsOf(session, await deps.sidecar());
          await session.update({ sessionUpdate: 'config_option_update', configOptions: options });
        });
      }),
    )
    .onNotification(methods.agent.session.cancel, ({ params }) => sessions.get(params.sessionId)?.cancel())
    .onConnect(({ signal }) => {
      signal.addEventListener('abort', () => {
        for (const session of sessions.values()) session.cancel();
      });
    });
}

/** The protocol has whole paths only: what a relative one starts from is the client's to know. @throws RequestError */
function wholePath(cwd: string): string {
  if (isAbsolute(cwd)) return cwd;
  throw RequestError.invalidParams({ code: 'bad_request', cwd }, 'cwd must be an absolute path.');
}

/** A folder as the sidecar records it, without links. One that is not there any longer may still have its conversations. */
async function recordedPath(folder: string): Promise<string> {
  return await realpath(folder).catch(() => resolve(folder));
}
