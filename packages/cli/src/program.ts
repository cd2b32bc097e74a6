import { Argument, Command, Option } from 'commander';
import { completionShells } from './completion.ts';
import type { Context, SharedOptions, World } from './context.ts';
import { credentialFlag } from './credential-option.ts';
import { statusLineFormats } from './statusline/formats.ts';

/** Where an action leaves its exit code. */
export interface Outcome {
  exitCode: number;
}

/** Of an option for what is there already. */
const accountHelp = 'another account, by its id in postern status; without it, the first of its kind';

type Run = (context: Context, command: Command) => Promise<number>;

/** The whole command line. Every command is loaded when it is called; the options of all stand before or after its name. */
export function createProgram(world: World, version: string, outcome: Outcome): Command {
  const program = new Command('postern');
  let mode: SharedOptions['mode'] = null;
  program
    .description('Use Claude with the sign-in you are entitled to.\nIndependent; not made by Anthropic.')
    .version(version)
    .option(
      '--sandbox',
      'built-in test services: no real account, no cost; --sandbox=platform: with linked billing',
    )
    .addOption(new Option('--sandbox-kind <kind>').choices(['plan', 'platform']).hideHelp())
    .option('--live', 'the real services; if both are given, the last one wins')
    .option('--data-dir <dir>', 'folder for everything Postern keeps (POSTERN_DATA_DIR)')
    .addOption(storeOption())
    .option('--json', 'machine-readable output')
    .on('option:sandbox', () => {
      mode = 'sandbox';
    })
    .on('option:live', () => {
      mode = 'live';
    })
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.io.stdout.write(text),
      writeErr: (text) => world.io.stderr.write(text),
      getOutHelpWidth: () => world.io.stdout.columns ?? 80,
      getErrHelpWidth: () => world.io.stderr.columns ?? 80,
    })
    .exitOverride();

  function add(parent: Command, name: string, description: string, run: Run): Command {
    const command = parent.command(name).description(description);
    return command.action(async () => {
      const { sharedOptions } = await import('./shared-options.ts');
      const options = sharedOptions(program.opts(), mode, world.environment);
      outcome.exitCode = await run({ ...world, options }, command);
    });
  }

  add(program, 'start', 'start Postern and open its window', async (context, command) =>
    (await import('./commands/start.ts')).start(context, command.opts()),
  )
    .option('--port <number>', 'port on 127.0.0.1; 0: chosen by the OS (POSTERN_PORT, default 8765)')
    .option('--no-open', 'do not open a window');
  add(program, 'stop', 'stop the running Postern', async (context) =>
    (await import('./commands/stop.ts')).stop(context),
  );
  add(program, 'open', 'open another window', async (context, command) =>
    (await import('./commands/open.ts')).open(context, command.args[0], command.opts()),
  )
    .argument('[dir]', 'folder the next new conversation works in')
    .option('--print', 'only print the address; it works once, for a minute');
  add(
    program,
    'status',
    'show the sign-in and the accounts; exit code 0 ready, 1 not signed in, 2 action needed, 3 cannot be reached',
    async (context) => (await import('./commands/status.ts')).status(context),
  );
  add(program, 'login', 'sign in with the browser', async (context, command) =>
    (await import('./commands/login.ts')).login(context, command.opts()),
  )
    .option('--no-browser', 'print the address only, to open it in a browser elsewhere')
    .option('--restart', 'replace a sign-in that is already open')
    .option('--claude-code', 'sign in to the unmodified Claude Code program instead')
    .option(credentialFlag, 'which account, by ID or a new name (default: the first of its kind)');
  add(program, 'logout', 'sign out here and at the server', async (context, command) =>
    (await import('./commands/logout.ts')).logout(context, command.opts()),
  )
    .option(
      '--claude-code',
      'sign out of the Claude Code program; other programs that use it are signed out too',
    )
    .option(credentialFlag, accountHelp)
    .option('--yes', 'do not ask for confirmation');
  add(program, 'refresh', 'renew the access token now', async (context, command) =>
    (await import('./commands/refresh.ts')).refresh(context, command.opts()),
  ).option(credentialFlag, accountHelp);
  add(program, 'token', 'print a fresh access token, for scripts', async (context, command) =>
    (await import('./commands/token.ts')).token(context, command.opts()),
  )
    .option('--min-valid <seconds>', 'renew if it expires in fewer seconds', '60')
    .option(credentialFlag, accountHelp)
    .option('--force', 'print it even to a terminal');
  add(program, 'ask', 'ask a question and print the answer', async (context, command) =>
    (await import('./commands/ask.ts')).ask(context, command.args, command.opts()),
  )
    .argument('[prompt...]', 'the prompt (default, or where it ends in -: standard input)')
    .addOption(
      new Option('--output <format>', 'format of the output').choices(['text', 'json']).default('text'),
    )
    .option('--model <name>', 'model to use')
    .option('--workspace <dir>', 'folder the agent works in')
    .option('--trust', 'review the agent files of that folder first, and trust it as it is now')
    .option('--yes', 'with --trust: trust what is listed without asking')
    .option('--attach <file>', 'attach a file; repeat for more', repeated)
    .option('--conversation <id>', 'continue a conversation')
    .addOption(
      new Option('--permission-mode <mode>', 'what to ask before the agent changes something').choices([
        'ask',
        'accept-edits',
        'plan',
      ]),
    )
    .option(
      '--allow-tools <names>',
      'tools to allow without asking: names, or rules such as "Bash(npm test)"; file tools stay in the workspace',
    )
    .option('--max-silence <seconds>', 'give up after this long without a response (10 to 3600; default 600)')
    .option('--allow-fallback', 'use the next account without asking, within the caps')
    .option('--cap <usd>', 'the most this question may cost, in US dollars')
    .addOption(
      new Option('--on-limit <what>', 'what to do when the plan is used up').choices([
        'wait',
        'fallback',
        'stop',
      ]),
    )
    .option('--quiet', 'print only the answer, questions and errors');

  add(program, 'trust', 'review the agent files of a folder, and trust it', async (context, command) =>
    (await import('./commands/trust.ts')).trust(context, command.args[0], command.opts()),
  )
    .argument('[dir]', 'the folder (default: the current one)')
    .option('--yes', 'trust what is listed without asking')
    .option('--remove', 'stop trusting it');
  add(
    program,
    'acp',
    'run as an agent in your editor, over the Agent Client Protocol',
    async (context, command) => (await import('./commands/acp.ts')).acp(context, command.opts()),
  ).option('--login', 'sign in in this terminal; editors start this');

  add(
    program,
    'run',
    'run another program with a temporary credential: postern run -- COMMAND ARGS...',
    async (context, command) =>
      (await import('./commands/run.ts')).runProgram(context, command.args, command.opts()),
  )
    .argument('<command...>', 'the program and its arguments, after --')
    .option('--credential <id>', 'which account to use first, by its ID in postern status')
    .option('--cap <usd>', 'the most it may cost, in US dollars at list prices')
    .option('--for <time>', 'how long it may send requests: 90s, 30m, 2h, 1d (default and at most 7d)')
    .option('--model <name>', 'the only model it may use')
    .option('--ssh <host>', 'run it on another machine, over your own ssh; nothing is left there');

  const key = program.command('key').description('the API key');
  add(key, 'set', 'save an API key, from standard input or a hidden prompt', async (context, command) =>
    (await import('./commands/key.ts')).keySet(context, command.args, command.opts()),
  )
    .argument('[nothing...]', 'a key is never taken from the command line')
    .option(credentialFlag, 'which key, by ID or a new name (default: the first)');
  add(key, 'clear', 'remove the API key', async (context, command) =>
    (await import('./commands/key.ts')).keyClear(context, command.opts()),
  ).option(credentialFlag, 'which key, by ID (default: the first)');

  const store = program.command('store').description('where sign-ins and keys are sealed');
  add(
    store,
    'reset',
    'start over if the sealing key will not come back: sets aside what is sealed',
    async (context, command) =>
      (await import('./commands/store-reset.ts')).storeReset(context, command.opts()),
  ).option('--yes', 'do not ask for confirmation');

  const mcp = program.command('mcp').description('your own MCP servers');
  add(mcp, 'list', 'list them, how each stood last, and the names of their secrets', async (context) =>
    (await import('./commands/mcp.ts')).mcpList(context),
  );
  add(
    mcp,
    'add',
    'add one: a command after --, an address, or JSON from standard input',
    async (context, command) => (await import('./commands/mcp.ts')).mcpAdd(context, command.args),
  )
    .argument('[name]', 'what it is called; not needed where the JSON says it')
    .argument('[command...]', 'the command with its arguments after --, or an address');
  add(mcp, 'remove', 'remove one', async (context, command) =>
    (await import('./commands/mcp.ts')).mcpRemove(context, command.args[0] ?? ''),
  ).argument('<name>', 'what it is called');
  const folder = '--folder [path]';
  const ofFolder = 'a server of a trusted folder; without a path: of this one';
  add(mcp, 'login', 'sign in to one, in a browser', async (context, command) =>
    (await import('./commands/mcp-sign-in.ts')).mcpLogin(context, command.args[0] ?? '', command.opts()),
  )
    .argument('<name>', 'what it is called')
    .option(folder, ofFolder)
    .option('--no-browser', 'print the address only');
  add(mcp, 'logout', 'remove the tokens for one', async (context, command) =>
    (await import('./commands/mcp-sign-in.ts')).mcpLogout(context, command.args[0] ?? '', command.opts()),
  )
    .argument('<name>', 'what it is called')
    .option(folder, ofFolder);
  add(mcp, 'secret', 'seal a secret from standard input or a hidden prompt', async (context, command) =>
    (await import('./commands/mcp.ts')).mcpSecret(context, command.args, command.opts()),
  )
    .argument('<name>', 'the name by which servers refer to it')
    .argument('[nothing...]', 'a secret is never taken from the command line')
    .option('--remove', 'remove it');

  add(
    program,
    'statusline',
    'print one line for a status bar: payer, plan window, spend today',
    async (context, command) =>
      (await import('./commands/statusline.ts')).statusline(context, command.opts()),
  ).addOption(
    new Option('--format <format>', 'the status bar it is for').choices(statusLineFormats).default('text'),
  );
  add(program, 'usage', 'show plan windows and spend', async (context, command) =>
    (await import('./commands/usage.ts')).usage(context, command.opts()),
  ).option('--refresh', 'ask the program of each Claude Code account first; no prompt is sent');
  const list = (name: string, description: string, run: Run) =>
    add(program, name, description, run)
      .option('--limit <number>', 'entries to show, 1 to 200', '20')
      .option('--before <position>', 'the "next" of an earlier page');
  list('receipts', 'show what each turn cost and who paid', async (context, command) =>
    (await import('./commands/receipts.ts')).receipts(context, command.opts()),
  );
  list('timeline', 'show what happened to your sign-ins', async (context, command) =>
    (await import('./commands/timeline.ts')).timeline(context, command.opts()),
  );
  add(
    program,
    'doctor',
    'check for problems and say what to do; exit code 1 if there is one',
    async (context, command) => (await import('./commands/doctor.ts')).doctor(context, command.opts()),
  )
    .option('--bundle <file>', 'also write a report to share; it holds no secret')
    .option('--try-credentials', 'also test each account with a call that costs nothing');
  add(program, 'import', 'import settings and the key of the earlier app', async (context, command) =>
    (await import('./commands/import.ts')).importSettings(context, command.opts()),
  )
    .option('--file <path>', 'the earlier settings (default: ~/.palette-app/config.json)')
    .option('--from-env', 'import the key in ANTHROPIC_API_KEY instead')
    .option('--replace-key', 'replace a key that is saved already')
    .option('--remove-key', 'remove the key from the earlier file without asking')
    .option('--dry-run', 'show what would happen, change nothing');
  add(
    program,
    'install-launcher',
    'put Postern into the menu of applications, with the Node and the options of this command',
    async (context, command) =>
      (await import('./commands/install-launcher.ts')).installLauncher(context, command.opts()),
  )
    .option('--remove', 'remove what it wrote, and nothing else')
    .option('--start-at-login', 'also start Postern, without a window, when you log in')
    .option('--no-start-at-login', 'do not; without either, it stays as it is');
  add(
    program,
    'launch',
    'what a launcher starts: open a window, and start Postern if it does not run',
    async (context, command) => (await import('./commands/launch.ts')).launch(context, command.args[0]),
  ).argument('[link]', 'a postern link, as for handle-url');
  add(
    program,
    'handle-url',
    'complete a sign-in by the postern://callback link the browser was sent to',
    async (context, command) =>
      (await import('./commands/handle-url.ts')).handleUrl(context, command.args[0] ?? ''),
  ).argument('<link>', 'the link');
  add(program, 'completion', 'print completion for bash, zsh or fish', async (context, command) =>
    (await import('./commands/completion.ts')).completion(context, command.processedArgs[0], program),
  ).addArgument(new Argument('<shell>', 'the shell').choices(completionShells));
  return program;
}

function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function storeOption(): Option {
  return new Option('--store <kind>', 'where the sealing key is kept (POSTERN_STORE)').choices([
    'os_keychain',
    'passphrase_file',
    'memory',
  ]);
}
