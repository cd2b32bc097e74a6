import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Pinned: figures of another version are figures of something else. */
const adapter = '@agentclientprotocol/claude-agent-acp@0.101.0';

/** The adapter that editors start for Claude, from npm, with folders of its own. */
export interface Adapter extends Disposable {
  /** Its script, for Node. */
  readonly script: string;
  /** In every process of it, by its environment. */
  readonly root: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Installs it in a temporary folder, without scripts. @param service that pays for nothing: the stand-in and a key it takes */
export async function installAdapter(service: {
  readonly apiBaseUrl: string;
  readonly apiKey: string;
}): Promise<Adapter> {
  const root = mkdtempSync(join(tmpdir(), 'postern-adapter-'));
  const [home, configDir, workspace] = ['home', 'claude', 'workspace'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [home, configDir, workspace]) mkdirSync(folder, { mode: 0o700 });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  await promisify(execFile)('npm', ['install', '--prefix', root, ...options, adapter]);
  return {
    script: join(root, 'node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js'),
    root,
    workspace,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      CLAUDE_CONFIG_DIR: configDir,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ANTHROPIC_BASE_URL: service.apiBaseUrl,
      ANTHROPIC_API_KEY: service.apiKey,
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
