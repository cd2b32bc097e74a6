import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ConversationHome, firstIdOf } from '../credentials/index.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const kind = 'claude_code:';

/** The settings folders of the unmodified program, one for each account. */
export interface ClaudeCodeHomes {
  /** The user's own first, then those that Postern keeps, by name. */
  ids(): readonly string[];
  /** Null for what is no id of this kind. The folder need not be there yet. */
  homeOf(id: string): ConversationHome | null;
}

/** @param environment of the user: their own folder is where their terminal's program has it */
export function claudeCodeHomes(
  dataDir: string,
  environment: Readonly<Record<string, string | undefined>>,
): ClaudeCodeHomes {
  const own = ownHome(environment);
  const parent = join(dataDir, 'claude-code');
  return {
    ids() {
      const names = namesIn(parent).filter((name) => namePattern.test(name) && name !== 'default');
      return [own.id, ...names.toSorted().map((name) => `${kind}${name}`)];
    },
    homeOf(id) {
      if (id === own.id) return own;
      const name = id.startsWith(kind) ? id.slice(kind.length) : '';
      if (!namePattern.test(name)) return null;
      const configDir = join(parent, name);
      // Inside the data directory, which is out of the agent's reach as a whole.
      return { id, configDir, variable: configDir, keepAway: [] };
    },
  };
}

/**
 * The program's default must stay unnamed: with `CLAUDE_CONFIG_DIR` set, even to the default, it looks for its settings, and on
 * macOS for its keychain item, under other names. Source: program 2.1.330.
 */
function ownHome(environment: Readonly<Record<string, string | undefined>>): ConversationHome {
  const id = firstIdOf('claude_code');
  const given = environment['CLAUDE_CONFIG_DIR'];
  if (given !== undefined && given !== '')
    return { id, configDir: given, variable: given, keepAway: [given] };
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  const configDir = join(home, '.claude');
  return { id, configDir, variable: null, keepAway: [configDir, join(home, '.claude.json')] };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
