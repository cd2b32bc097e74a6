import { CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { UsageError } from './command-error.ts';
import type { World } from './context.ts';
import { exitCode } from './exit-code.ts';
import { createProgram } from './program.ts';

/** Runs one command line (without the names of program and script) and gives its exit code. Never throws. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const outcome = { exitCode: exitCode.ok as number };
  // What follows is another program's.
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const own = argv.slice(0, end);
  const json = own.includes('--json');
  const program = createProgram(world, packageJson.version, outcome);
  try {
    await program.parseAsync([...own.flatMap(kindApart), ...argv.slice(end)], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.ok;
    const { reportError, traceText } = await import('./report-error.ts');
    // Commander has already printed the error on stderr.
    if (error instanceof CommanderError && !json) return exitCode.usage;
    const told =
      error instanceof CommanderError
        ? new UsageError('The command line was not understood', detailOf(error))
        : error;
    if (world.environment['POSTERN_LOG'] === 'debug') world.io.stderr.write(traceText(told));
    return reportError(told, world.io, json);
  }
}

/** What Commander says of it. Where it printed the help instead, its message is only a mark of its own. */
function detailOf({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'The command is missing, or there is no such command.';
  return message.replace(/^error: /, '');
}

/** `--sandbox=platform`: which fake service. A value apart from its option would swallow the command's name after a bare `--sandbox`. */
function kindApart(argument: string): string[] {
  const named = '--sandbox=';
  if (!argument.startsWith(named)) return [argument];
  return ['--sandbox', '--sandbox-kind', argument.slice(named.length)];
}
