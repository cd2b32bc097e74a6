import { modelVariables } from '../leased-environment.ts';

/**
 * What holds the connection runs this on the other machine. It hands the secret to the program through a FIFO, so that it is on no disk and
 * in no command line there: it prints a folder, takes the secret as the first line of its input, and waits for the second, `done`. If its
 * input ends without that, our side has died, and the program's process group is ended. For a POSIX shell, in which `echo` is built in.
 */
export const keeperScript = `umask 077
d=$(mktemp -d) || exit 70
trap 'kill \${w:-} 2>/dev/null; rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
mkfifo "$d/secret" || exit 70
echo "$d"
IFS= read -r s || exit 1
( echo "$s" > "$d/secret" ) & w=$!
s=
IFS= read -r end
[ "$end" = done ] && exit 0
g=$(cat "$d/group" 2>/dev/null) || exit 1
kill -s HUP -- "-$g" 2>/dev/null
sleep 2
kill -s KILL -- "-$g" 2>/dev/null
exit 1`;

/**
 * Runs the program there, with the lease as the only way to pay. `$1` is the keeper's folder, `$2` the base URL, `$3` the only model, or
 * empty; then the program and its arguments.
 */
export const starterScript = `d=$1; u=$2; m=$3; shift 3
g=$(ps -o pgid= -p $$ 2>/dev/null | tr -d ' ')
echo "\${g:-$$}" > "$d/group" || exit 70
IFS= read -r ANTHROPIC_AUTH_TOKEN_ < "$d/secret" || exit 70
rm -f "$d/secret"
for v in $(env | sed -n -e 's/^\\(ANTHROPIC_[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(CLAUDE_CODE_OAUTH_TOKEN[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(CLAUDE_CODE_USE_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$v"; done
[ -z "$m" ] || for v in ${modelVariables.join(' ')}; do export "$v=$m"; done
ANTHROPIC_BASE_URL=$u; ANTHROPIC_AUTH_TOKEN=$ANTHROPIC_AUTH_TOKEN_; unset ANTHROPIC_AUTH_TOKEN_
export ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN
exec "$@"`;

/** A command line for the shell on the other machine, whatever is in the words. Pure. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
