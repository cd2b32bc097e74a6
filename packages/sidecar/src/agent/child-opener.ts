import { randomUUID } from 'node:crypto';
import type { Gateway } from '../gateway/index.ts';
import { AgentChild } from './agent-child.ts';
import type { AgentLog } from './agent-log.ts';
import { childEnvironment } from './child-environment.ts';
import { OwnedProcess } from './child-process.ts';
import { type ChildSpec, childOptions } from './child-spec.ts';
import type { ChildrenFile } from './children-file.ts';
import { programPath } from './program-path.ts';
import type { Surroundings } from './surroundings.ts';
import { throughGateway } from './way-to-run.ts';

export interface ChildOpenerDeps {
  readonly gateway: Gateway;
  readonly around: Promise<Surroundings>;
  readonly file: ChildrenFile;
  readonly programPath: string | null;
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: AgentLog;
}

/** Makes a child for a conversation, with a doorway of its own. @throws QueryFailure `agent_program_missing` */
export function childOpener(deps: ChildOpenerDeps): (spec: ChildSpec) => Promise<AgentChild> {
  return async (spec) => {
    const { configDir, rules } = await deps.around;
    const program = await programPath(deps.programPath);
    const way = throughGateway(deps.gateway, configDir);
    const mark = randomUUID();
    const owned = new OwnedProcess(mark, deps.file, deps.log);
    const environment = childEnvironment({
      base: deps.baseEnvironment,
      way,
      version: deps.version,
      platform: process.platform,
      mark,
    });
    return new AgentChild(spec, {
      way,
      process: owned,
      options: (canUseTool) =>
        childOptions(spec, {
          program,
          environment,
          rules,
          canUseTool,
          spawn: (options) => owned.spawn(options),
        }),
    });
  };
}
