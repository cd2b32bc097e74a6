import { mallocVariables } from '../malloc-variables.ts';
import type { LauncherFacts } from './launcher-plan.ts';
import { shellWord } from './quoting.ts';

/** Written so often that a test, a user and we find the same words. */
const again = 'Install Postern again, then run: postern install-launcher';

/** What the user has set stays as it is. */
const defaults = Object.entries(mallocVariables)
  .map(([name, value]) => `export ${name}="\${${name}-${value}}"`)
  .join('\n');

/**
 * The script that a launcher of Linux or macOS starts. It starts Postern with the Node that installed it, and says so, in a window where one
 * can be opened, if that Node or Postern is gone: a desktop does not show what a program prints.
 * Each word of the command is one, whatever is in it.
 */
export function launchScript({ command, script }: Pick<LauncherFacts, 'command' | 'script'>): string {
  const [program] = command;
  const gone = script === null ? 'Postern is gone' : 'The Node that runs Postern is gone';
  return `#!/bin/sh
# Written by "postern install-launcher"; "postern install-launcher --remove" removes it.
say() {
  printf 'postern: %s\\n' "$1" >&2
  if [ -x /usr/bin/osascript ]; then
    exec /usr/bin/osascript -e 'on run argv' -e 'display alert "Postern" message (item 1 of argv)' -e 'end run' "$1"
  fi
  if command -v zenity >/dev/null; then exec zenity --error --no-markup --title=Postern --text="$1"; fi
  if command -v kdialog >/dev/null; then exec kdialog --title Postern --error "$1"; fi
  if command -v notify-send >/dev/null; then exec notify-send --urgency=critical Postern "$1"; fi
}
program=${shellWord(program)}
script=${shellWord(script ?? program)}
if [ ! -x "$program" ]; then
  (say "${gone}: $program. ${again}")
  exit 69
fi
if [ ! -e "$script" ]; then
  (say "Postern is gone: $script. ${again}")
  exit 69
fi
${defaults}
exec ${command.map(shellWord).join(' ')} "$@"
`;
}
