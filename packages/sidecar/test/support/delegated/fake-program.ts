import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A program that behaves at its command line as the unmodified one does: it keeps a login in its settings folder, prints the
 * address for a browser elsewhere in two pieces, and takes the pasted code on standard input. Files in its settings folder say
 * what else it does: `slow` does not end a look, `hold` keeps back the second piece, `deaf` ignores a polite end, `stuck` does not
 * sign out.
 */
const script = `#!/bin/sh
dir="\${CLAUDE_CONFIG_DIR:-$HOME/.claude}"
mkdir -p "$dir"
case "$1 $2" in
  "auth status")
    echo looked >> "$dir/looks"
    while [ -f "$dir/slow" ]; do sleep 0.01; done
    if [ -f "$dir/login" ]; then cat "$dir/login"; else echo '{"loggedIn":false,"authMethod":"none"}'; exit 1; fi ;;
  "auth login")
    env > "$dir/environment"
    [ -f "$dir/deaf" ] && trap '' TERM
    echo $$ > "$dir/pid"
    printf 'Opening your browser. If it does not open, visit: https://claude.example/author'
    while [ -f "$dir/hold" ]; do sleep 0.01; done
    printf 'ize?code=true&state=x\\nPaste the code here: '
    read code || exit 3
    echo "$code" > "$dir/pasted"
    [ "$code" = "good#code" ] || exit 1
    echo '{"loggedIn":true,"authMethod":"claude.ai","email":"ada@example.org","subscriptionType":"max","loginExpiresAt":"2030-01-01T00:00:00Z"}' > "$dir/login" ;;
  "auth logout")
    [ -f "$dir/stuck" ] || rm -f "$dir/login" ;;
esac
`;

/** A signed-in answer of `auth status --json`. */
export const signedInAs = (email: string): string =>
  JSON.stringify({
    loggedIn: true,
    authMethod: 'claude.ai',
    email,
    orgName: 'Acme',
    subscriptionType: 'max',
  });

/** The program, and a home for its person. */
export interface StandInProgram {
  readonly root: string;
  readonly program: string;
  /** The person's home; the program's own settings folder is `.claude` in it. */
  readonly home: string;
  readonly ownConfigDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes a file into a settings folder. */
  put(name: string, content?: string, configDir?: string): void;
  remove(name: string, configDir?: string): void;
  /** What a file of a settings folder holds; empty where there is none. */
  read(name: string, configDir?: string): string;
}

export function standInProgram(): StandInProgram {
  const root = mkdtempSync(join(tmpdir(), 'postern-claude-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const [program, home] = [join(root, 'claude'), join(root, 'home')];
  const ownConfigDir = join(home, '.claude');
  mkdirSync(ownConfigDir, { recursive: true });
  writeFileSync(program, script);
  chmodSync(program, 0o700);
  return {
    root,
    program,
    home,
    ownConfigDir,
    environment: { HOME: home, PATH: '/usr/bin:/bin' },
    put: (name, content = '', configDir = ownConfigDir) => writeFileSync(join(configDir, name), content),
    remove: (name, configDir = ownConfigDir) => rmSync(join(configDir, name)),
    read(name, configDir = ownConfigDir) {
      const path = join(configDir, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
  };
}

/** Whether a process of that id is there. */
export function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}
