import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadedCommand } from '../../trust/index.ts';

/** By this name the program knows where the skills and commands of a workspace are from: `/workspace:deploy`. */
export const pluginName = 'workspace';

/** Where staged commands are, below the data directory: the agent's tools have no way in there. */
export const stagedDir = 'staged';

/** A copy of a workspace's skills and commands for one program, which is there as long as the program. */
export interface StagedCommands {
  /** A plugin as the program reads one. */
  readonly path: string;
  /** @throws the system's error, such as ENOSPC */
  write(): void;
  /** Never throws. */
  remove(): Promise<void>;
}

/**
 * Out of what was read and hashed, never out of the folder: what the program reads is what the user trusted, whatever is in the folder by
 * then. Nothing of a file's own fields goes with it but what says what it is for.
 * @param mark random, of the program's descendants
 */
export function stagedCommands(
  dataDir: string,
  mark: string,
  workspace: string,
  commands: readonly LoadedCommand[],
): StagedCommands | null {
  if (commands.length === 0) return null;
  const path = join(dataDir, stagedDir, `${process.pid}-${mark}`);
  return {
    path,
    write() {
      try {
        put(
          join(path, '.claude-plugin', 'plugin.json'),
          JSON.stringify({ name: pluginName, version: '1.0.0' }),
        );
        for (const command of commands)
          put(join(path, 'commands', ...`${command.name}.md`.split(':')), textOf(command, workspace));
      } catch (error) {
        rmSync(path, { recursive: true, force: true });
        throw error;
      }
    },
    async remove() {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** A value in JSON is the same value in YAML. */
function textOf(command: LoadedCommand, workspace: string): string {
  const { description, argumentHint, modelMay, personMay, body, folder } = command;
  const fields = [
    `description: ${JSON.stringify(description)}`,
    ...(argumentHint === null ? [] : [`argument-hint: ${JSON.stringify(argumentHint)}`]),
    `disable-model-invocation: ${!modelMay}`,
    `user-invocable: ${personMay}`,
  ];
  const place = folder === null ? null : join(workspace, ...folder.split('/'));
  const text =
    place === null
      ? body
      : `Base directory for this skill: ${place}\n\n${body.replaceAll(/\$\{CLAUDE_SKILL_DIR\}/g, () => place)}`;
  return ['---', ...fields, '---', '', text].join('\n');
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}
