import { setTimeout as sleep } from 'node:timers/promises';
import type { PosternClient } from '@postern/client';
import type { McpSignIn, McpSignInRequest } from '@postern/contract';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { fromHere, hereOf } from '../current-folder.ts';
import { exitCode } from '../exit-code.ts';
import { openWindow } from '../open-window.ts';
import { printJson, printLines } from '../print.ts';
import { requireSidecar } from '../with-use-cases.ts';

/** Options of `mcp login` and `mcp logout`. */
export interface McpSignInOptions {
  /** True: this folder. */
  readonly folder?: string | true;
  readonly browser?: boolean;
}

/** Looking costs one read on this computer. */
const lookEveryMs = 500;

/**
 * Signs in to an MCP server: prints the address, opens the browser, and waits for it to come back. With `json`, a line at its start and one
 * at its end. @throws CommandError `mcp_sign_in_failed` where it ended without tokens
 */
export async function mcpLogin(context: Context, name: string, options: McpSignInOptions): Promise<number> {
  const { io } = context;
  const { client } = await requireSidecar(context);
  const request = requestOf(context, options);
  const started = await client.startMcpSignIn(name, request);
  const { authorizationUrl } = started;
  if (context.options.json) printJson(context, { event: 'sign_in_started', ...started });
  else printLines(context, [`Sign in to ${name} at:`, '', `  ${authorizationUrl}`, '']);
  const opened =
    options.browser !== false && (await openWindow(authorizationUrl, { ...context, as: 'page' }));
  io.stderr.write(
    opened ? 'Continue in your browser. Waiting…\n' : 'Open the address in a browser. Waiting…\n',
  );
  const interrupt = new AbortController();
  const stopListening = io.onInterrupt(() => interrupt.abort());
  try {
    const signIn = await ended(client, name, request, interrupt.signal);
    if (signIn.state !== 'signed_in')
      throw new CommandError('mcp_sign_in_failed', signIn.problem ?? 'The sign-in was given up.');
    if (context.options.json) printJson(context, { event: 'signed_in', ...signIn });
    else printLines(context, [`Signed in to ${name}. Its tools are there with the next prompt.`]);
    return exitCode.ok;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    io.stderr.write('No longer waiting. The page in the browser still works until it expires.\n');
    return exitCode.interrupted;
  } finally {
    stopListening();
  }
}

/** Removes the tokens for an MCP server, and revokes them where its sign-in server takes that. */
export async function mcpLogout(context: Context, name: string, options: McpSignInOptions): Promise<number> {
  const { client } = await requireSidecar(context);
  const signIn = await client.endMcpSignIn(name, requestOf(context, options));
  if (context.options.json) printJson(context, signIn);
  else printLines(context, [`Signed out of ${name}.`]);
  return exitCode.ok;
}

function requestOf(context: Context, { folder }: McpSignInOptions): McpSignInRequest {
  if (folder === undefined) return {};
  return { workspace: folder === true ? hereOf(context) : fromHere(context, folder, '--folder') };
}

async function ended(
  client: PosternClient,
  name: string,
  request: McpSignInRequest,
  signal: AbortSignal,
): Promise<McpSignIn> {
  for (;;) {
    const signIn = await client.mcpSignIn(name, request, { signal });
    if (signIn.state !== 'waiting') return signIn;
    await sleep(lookEveryMs, undefined, { signal });
  }
}
