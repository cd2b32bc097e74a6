import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

const require = createRequire(import.meta.url);
/** Of the Agent SDK, as it was installed. */
const claude = createRequire(require.resolve('@anthropic-ai/claude-agent-sdk')).resolve(
  `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`,
);

describe('another program', () => {
  let postern: Postern;
  const run: Postern['household']['run'] = (args, input) => postern.household.run(args, input);

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
  });
  afterAll(() => postern?.stop());

  it('is the unmodified Claude Code program', async () => {
    const { exitCode, stdout, stderr } = await run(['run', '--', claude, '-p', 'hello there'], '');
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^Postern: api_key:default pays .*\nPostern: \$\d.* [1-9]\d* calls?\.\n$/),
    ]);
    expect(stdout).toContain('hello there');
    const [receipt] = (await postern.client.receipts({ limit: 1 })).items;
    // The program's own session, by its header.
    expect(receipt?.conversationId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(receipt?.parts[0]?.credential.id).toBe('api_key:default');
    expect(await postern.client.leases()).toEqual([]);
  });

  it('is one that was written with the Anthropic SDK, by its own environment', async () => {
    const module = JSON.stringify(require.resolve('@anthropic-ai/sdk'));
    const script = `
      const { default: Anthropic } = require(${module});
      const client = new Anthropic();
      (async () => {
        const models = await client.models.list();
        const model = models.data[0].id;
        const messages = [{ role: 'user', content: 'good morning' }];
        const counted = await client.messages.countTokens({ model, messages });
        const stream = client.messages.stream({ model, max_tokens: 100, messages });
        console.log(await stream.finalText(), counted.input_tokens > 0);
        await client.files?.list?.().catch((error) => console.log(error.status));
      })();`;
    const { exitCode, stdout, stderr } = await run([
      'run',
      '--cap',
      '5',
      '--',
      process.execPath,
      '-e',
      script,
    ]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(' 1 call.')]);
    expect(stdout).toContain('good morning');
    expect(stdout).toContain('true');
  });

  it('gets no further than its cap, and leaves its secret nowhere', async () => {
    const file = join(postern.household.workspace, 'secret');
    const script = `require('fs').writeFileSync(${JSON.stringify(file)}, process.env.ANTHROPIC_AUTH_TOKEN)`;
    await run(['run', '--', process.execPath, '-e', script]);
    const secret = readFileSync(file, 'utf8');
    expect(secret).toMatch(/^postern-lease-/);
    const refused = await run(['run', '--cap', '0.000001', '--', claude, '-p', 'hello'], '');
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain('The lease may cost');
    expect(refused.stderr).toContain('$0.00 at list prices, 0 calls.');
    expect(postern.command.stderr()).not.toContain('postern-lease-');
    const database = readFileSync(join(postern.household.dataDir, 'postern.db'));
    expect(database.includes(secret)).toBe(false);
  });
});
