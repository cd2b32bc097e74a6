import { Readable, Writable } from 'node:stream';
import { ndJsonStream } from '@agentclientprotocol/sdk';
import packageJson from '../../package.json' with { type: 'json' };
import { acpAgent } from '../acp/acp-agent.ts';
import { collectsAtRest } from '../acp/at-rest.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { openWindow } from '../open-window.ts';
import { ownCommand } from '../own-command.ts';
import { startedSidecar } from '../started-sidecar.ts';

/**
 * Speaks the Agent Client Protocol on standard input and output until the client goes away. Nothing else is written to standard output.
 * With `login`, signs in in this terminal instead.
 */
export async function acp(context: Context, options: { readonly login?: boolean }): Promise<number> {
  if (options.login === true) return await signIn(context);
  const { io } = context;
  const sidecar = startedSidecar(context);
  const atRest = collectsAtRest();
  const stream = ndJsonStream(
    Writable.toWeb(io.stdout as Writable) as WritableStream<Uint8Array>,
    Readable.toWeb(io.stdin as Readable) as unknown as ReadableStream<Uint8Array>,
  );
  const connection = acpAgent({
    version: packageJson.version,
    sidecar: async () => atRest((await sidecar()).client),
    ownCommand: ownCommand(context),
    openWindow: (url) => openWindow(url, { ...context, as: 'app' }),
  }).connect(stream);
  const stopListening = io.onInterrupt(() => connection.close());
  await connection.closed;
  stopListening();
  return exitCode.ok;
}

/** Signs in where the editor's sessions will look; without a registered client, to the Claude Code program. */
async function signIn(context: Context): Promise<number> {
  await startedSidecar(context)();
  const { isNotConfigured, login } = await import('./login.ts');
  try {
    return await login(context, { browser: true });
  } catch (error) {
    if (!isNotConfigured(error)) throw error;
    context.io.stderr.write(
      'No sign-in server is configured: this signs in to the Claude Code program. An API key would do as well: postern key set\n',
    );
    return await (await import('./login-claude-code.ts')).loginToClaudeCode(context, undefined);
  }
}
