import {
  isMcpSecretName,
  type McpServerList,
  type McpServerView,
  readPastedServers,
  type SettingsPatch,
} from '@postern/contract';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askLine, canAsk, readStdin } from '../terminal.ts';
import { requireSidecar } from '../with-use-cases.ts';

/** Bytes of JSON from a pipe, and of one secret. */
const maxJsonBytes = 1_000_000;
const maxSecretBytes = 16_384;

/** Lists the user's own MCP servers with how each stood last, and the names of their secrets. */
export async function mcpList(context: Context): Promise<number> {
  const { client } = await requireSidecar(context);
  show(context, await client.mcpServers());
  return exitCode.ok;
}

/**
 * Adds a server: a command or an address after its name, else JSON from standard input. Secrets in JSON are sealed first.
 * @param args the name, then the command with its arguments, or an address
 */
export async function mcpAdd(context: Context, args: readonly string[]): Promise<number> {
  const [name = '', ...command] = args;
  const pasted = readPastedServers(name, command.length === 0 ? await jsonFrom(context) : textOf(command));
  if ('problem' in pasted) throw new UsageError(pasted.problem);
  const { client } = await requireSidecar(context);
  const { mcpServers = {} } = await client.settings();
  const twice = Object.keys(pasted.servers).find((each) => Object.hasOwn(mcpServers, each));
  if (twice !== undefined)
    throw new UsageError(`There is a server ${twice} already; remove it first: postern mcp remove ${twice}`);
  for (const [secret, value] of Object.entries(pasted.secrets))
    await client.changeMcpSecret({ name: secret, value });
  // The route checks what was given; what it refuses is no server of the settings.
  const added = pasted.servers as NonNullable<SettingsPatch['mcpServers']>;
  await client.updateSettings({ mcpServers: { ...mcpServers, ...added } });
  show(context, await client.mcpServers());
  return exitCode.ok;
}

/** Removes a server; its secrets stay until they are removed by name. */
export async function mcpRemove(context: Context, name: string): Promise<number> {
  const { client } = await requireSidecar(context);
  const { mcpServers = {} } = await client.settings();
  if (!Object.hasOwn(mcpServers, name)) throw new UsageError(`There is no server ${name}: postern mcp list`);
  const { [name]: _removed, ...others } = mcpServers;
  await client.updateSettings({ mcpServers: others });
  show(context, await client.mcpServers());
  return exitCode.ok;
}

/** Seals a secret from standard input or a hidden prompt, or removes it. @throws UsageError where it stood on the command line */
export async function mcpSecret(
  context: Context,
  args: readonly string[],
  options: { readonly remove?: boolean },
): Promise<number> {
  const [name = '', ...more] = args;
  if (more.length > 0)
    throw new UsageError(
      'A secret on the command line can be read by every program: pipe it in, or type it at the prompt',
    );
  if (!isMcpSecretName(name)) throw new UsageError('Give its name: up to 64 letters, digits, . - and _');
  const value = options.remove === true ? null : await secretFrom(context);
  const { client } = await requireSidecar(context);
  show(context, await client.changeMcpSecret({ name, value }));
  return exitCode.ok;
}

async function jsonFrom({ io }: Context): Promise<string> {
  if (io.stdin.isTTY === true)
    throw new UsageError('Give a command or an address after the name, or pipe the server’s JSON in');
  return await readStdin(io, maxJsonBytes);
}

/** As it is read again: each argument is one word. */
function textOf(command: readonly string[]): string {
  const [first = '', ...args] = command;
  if (args.length === 0 && /^https?:\/\//i.test(first)) return first;
  return JSON.stringify({ command: first, args });
}

async function secretFrom({ io }: Context): Promise<string> {
  const value = canAsk(io)
    ? await askLine(io, 'Secret (not shown): ', { hidden: true })
    : io.stdin.isTTY === true
      ? null
      : (await readStdin(io, maxSecretBytes)).trim();
  if (value === null || value === '')
    throw new UsageError('No secret was given: pipe it in, or type it at the prompt');
  return value;
}

function show(context: Context, list: McpServerList): void {
  if (context.options.json) {
    printJson(context, list);
    return;
  }
  const unused = list.secrets.filter(({ usedBy }) => usedBy.length === 0).map(({ name }) => name);
  printLines(context, [
    ...(list.items.length === 0 ? ['No MCP server of your own.'] : list.items.flatMap(linesOf)),
    ...(unused.length === 0 ? [] : [`Secrets that no server uses: ${unused.join(', ')}`]),
  ]);
}

function linesOf(server: McpServerView): readonly string[] {
  const { name, kind, target, reason, nextStep, missingSecrets } = server;
  const why = [reason, nextStep].filter((each) => each !== null && each !== '').join(' ');
  return [
    `${name} (${kind}): ${stateOf(server)}`,
    `    ${target}`,
    ...(why === '' ? [] : [`    ${why}`]),
    ...missingSecrets.map((secret) => `    Its secret is missing: postern mcp secret ${secret}`),
  ];
}

function stateOf({ enabled, status }: McpServerView): string {
  if (!enabled) return 'off';
  switch (status) {
    case null:
      return 'not used yet';
    case 'connected':
      return 'worked';
    case 'needs_sign_in':
      return 'needs a sign-in';
    case 'failed':
    case 'left_out':
      return 'does not work';
  }
}
