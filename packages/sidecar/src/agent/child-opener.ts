import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { StoreError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';
import { AgentChild } from './agent-child.ts';
import type { AgentLog } from './agent-log.ts';
import { childEnvironment } from './child-environment.ts';
import { OwnedProcess } from './child-process.ts';
import { type ChildSpec, childOptions } from './child-spec.ts';
import type { ChildrenFile } from './children-file.ts';
import { programPath } from './program-path.ts';
import type { Surroundings } from './surroundings.ts';
import { bySignIn, throughGateway } from './way-to-run.ts';

export interface ChildOpenerDeps {
  readonly gateway: Pick<Gateway, 'url' | 'openDoorway'>;
  readonly around: Promise<Surroundings>;
  readonly file: ChildrenFile;
  readonly programPath: string | null;
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  /** Added where the program signs in for itself. Tests point it at loopback with it; the product adds nothing. */
  readonly delegatedEnvironment: Readonly<Record<string, string>>;
  readonly version: string;
  readonly log: AgentLog;
}

/**
 * Makes a child for a conversation, with a way to authenticate of its own.
 * @throws QueryFailure `agent_program_missing`; StoreError `storage_full`
 */
export function childOpener(deps: ChildOpenerDeps): (spec: ChildSpec) => Promise<AgentChild> {
  return async (spec) => {
    const { configDir, rulesFor } = await deps.around;
    await makeConfigDir(configDir);
    const program = await programPath(deps.programPath);
    // The SDK takes a tenth of a second and 30 MB to load: neither is on the way to the ready line.
    const start = await import('@anthropic-ai/claude-agent-sdk');
    const { home, signIn } = spec.route;
    const way = signIn === null ? throughGateway(deps.gateway) : bySignIn(signIn);
    const mark = randomUUID();
    const owned = new OwnedProcess(mark, deps.file, deps.log);
    const environment = childEnvironment({
      base: deps.baseEnvironment,
      way,
      configDir: home === null ? configDir : home.variable,
      version: deps.version,
      platform: process.platform,
      mark,
    });
    if (signIn !== null) Object.assign(environment, deps.delegatedEnvironment);
    return new AgentChild(spec, {
      way,
      process: owned,
      start,
      options: (canUseTool) =>
        childOptions(spec, {
          program,
          environment,
          rules: rulesFor(spec.route),
          canUseTool,
          spawn: (options) => owned.spawn(options),
        }),
    });
  };
}

async function makeConfigDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new StoreError('storage_full', `${path} cannot be made (${code}).`, { cause });
  }
}
