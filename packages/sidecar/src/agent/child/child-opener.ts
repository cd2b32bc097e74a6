import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { StoreError } from '../../errors/index.ts';
import type { Gateway } from '../../gateway/index.ts';
import { AgentChild } from './agent-child.ts';
import type { AgentContext } from './agent-context.ts';
import type { AgentLog } from './agent-ports.ts';
import { delegatedAuth, gatewayAuth } from './child-auth.ts';
import { childEnvironment, passedEnvironment } from './child-environment.ts';
import { OwnedProcess } from './child-process.ts';
import type { ChildRegistry } from './child-registry.ts';
import { type ChildSpec, childOptions } from './child-spec.ts';
import { programPath } from './program-path.ts';
import type { ServerSet, ServerSetDeps } from './server-set.ts';
import { stagedCommands } from './staged-commands.ts';

export interface ChildOpenerDeps {
  readonly gateway: Pick<Gateway, 'url' | 'openDoorway'>;
  readonly context: Promise<AgentContext>;
  readonly file: ChildRegistry;
  readonly programPath: string | null;
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  /** Added where the program signs in for itself. Tests point it at loopback with it; the product adds nothing. */
  readonly delegatedEnvironment: Readonly<Record<string, string>>;
  /** The user’s MCP servers; null: none are started, the folder’s neither. */
  readonly servers: Pick<ServerSetDeps, 'own' | 'patienceMs'> | null;
  readonly version: string;
  readonly log: AgentLog;
}

/**
 * The program takes up the turn that its session ends in, where that was never answered: the model gets the prompt once, with what had come of
 * its answer. Source: SDK 0.3.332, `resume_reason`; measured with program 2.1.332.
 */
const continuing = { CLAUDE_CODE_RESUME_INTERRUPTED_TURN: '1' };

/**
 * Makes a child for a conversation, with a way to authenticate of its own.
 * @throws QueryFailure `agent_program_missing`; StoreError `storage_full`
 */
export function childOpener(deps: ChildOpenerDeps): (spec: ChildSpec) => Promise<AgentChild> {
  return async (spec) => {
    const { dataDir, configDir, home: userHome, rulesFor } = await deps.context;
    await makeConfigDir(configDir);
    const program = await programPath(deps.programPath);
    // The SDK takes a tenth of a second and 30 MB to load: neither is on the way to the ready line.
    const start = await import('@anthropic-ai/claude-agent-sdk');
    const { home, signIn } = spec.profile;
    const auth = signIn === null ? gatewayAuth(deps.gateway) : delegatedAuth(signIn);
    const mark = randomUUID();
    const staged = stagedCommands(dataDir, mark, spec.workspace, spec.loaded.commands);
    const owned = new OwnedProcess(mark, deps.file, deps.log, staged);
    const servers = await serversOf(spec, { home: userHome, waiting: () => owned.waitingBytes }, deps);
    const environment = childEnvironment({
      base: deps.baseEnvironment,
      auth,
      configDir: home === null ? configDir : home.variable,
      version: deps.version,
      platform: process.platform,
      mark,
    });
    if (signIn !== null) Object.assign(environment, deps.delegatedEnvironment);
    if (spec.continuesTurn === true) Object.assign(environment, continuing);
    return new AgentChild(spec, {
      auth,
      process: owned,
      servers,
      start,
      options: (questions) =>
        childOptions(spec, {
          program,
          staged: staged?.path ?? null,
          servers,
          environment,
          rules: rulesFor(spec.profile),
          questions,
          spawn: (options) => {
            const spawned = owned.spawn(options);
            if (owned.pid !== null) auth.startedAs(owned.pid);
            return spawned;
          },
        }),
    });
  };
}

/** The MCP SDK takes a third of a second to load: only where there is a server. */
async function serversOf(
  { workspace, loaded }: ChildSpec,
  place: Pick<ServerSetDeps, 'home' | 'waiting'>,
  { servers, baseEnvironment, file }: ChildOpenerDeps,
): Promise<ServerSet | null> {
  if (servers === null || loaded.servers.length === 0) return null;
  const { openServerSet } = await import('./server-set.ts');
  const passed = passedEnvironment(baseEnvironment, process.platform);
  return openServerSet(loaded.servers, { ...servers, ...place, workspace, passed, registry: file });
}

async function makeConfigDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new StoreError('storage_full', `${path} cannot be made (${code}).`, { cause });
  }
}
