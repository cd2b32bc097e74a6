import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Saw } from './client.ts';
import { withAgent } from './with-agent.ts';

/** As much of the provider as is used. */
interface ProviderModule {
  createACPProvider(options: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: object;
    readonly session: { readonly cwd: string; readonly mcpServers: readonly unknown[] };
    readonly persistSession: boolean;
    readonly existingSessionId?: string;
  }): Provider;
}

interface Provider {
  readonly tools: unknown;
  languageModel(): unknown;
  getSessionId(): string | null;
  setMode(mode: string): Promise<void>;
  cleanup(): void;
}

/** As much of the AI SDK as is used. */
interface AiModule {
  generateText(call: object): Promise<{ readonly text: string; readonly finishReason: string }>;
  streamText(call: object): { readonly fullStream: AsyncIterable<{ readonly type: string }> };
}

/** The AI SDK asks `postern acp` as its model: it answers each question itself, with the first choice, and takes the session up again. */
export async function driveByAiProvider(modules: string, saw: Saw): Promise<void> {
  const { createACPProvider } = (await import(
    join(modules, '@mcpc-tech/acp-ai-provider/index.mjs')
  )) as ProviderModule;
  const { generateText, streamText } = (await import(join(modules, 'ai/dist/index.mjs'))) as AiModule;
  await withAgent(async ({ postern, command, args, env }) => {
    const { workspace } = postern.household;
    const settings = {
      command,
      args,
      env,
      session: { cwd: workspace, mcpServers: [] },
      persistSession: true,
    };
    const provider = createACPProvider(settings);
    const call = { model: provider.languageModel(), tools: provider.tools };

    const hello = await generateText({ ...call, prompt: 'Hello' });
    saw('asks and is answered', hello.finishReason === 'stop' && hello.text.includes('Hello'), hello.text);
    const kinds = new Set<string>();
    const stream = streamText({ ...call, prompt: 'Create a file called one.txt' });
    for await (const { type } of stream.fullStream) kinds.add(type);
    const seen = [...kinds].join();
    saw('streams text, the call and its end', kinds.has('tool-call') && kinds.has('tool-result'), seen);
    saw('its yes counts', existsSync(join(workspace, 'one.txt')), seen);
    await provider.setMode('plan');
    const id = provider.getSessionId() ?? '';
    provider.cleanup();

    const again = createACPProvider({ ...settings, existingSessionId: id });
    const more = await generateText({
      model: again.languageModel(),
      tools: again.tools,
      prompt: 'Hello again',
    });
    const { items } = await postern.client.conversation(id);
    const prompts = items.filter(({ type }) => type === 'user').length;
    saw('takes it up again in another process', prompts === 3, `${prompts} prompts, ${more.text}`);
    again.cleanup();
  });
}
