import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '../../test/end-to-end/harness/wait-until.ts';

/** Pinned: figures of another version are figures of something else. */
const routerPackage = '@musistudio/claude-code-router@2.0.0';
/** Its one provider and model, as its requests name them. */
export const routerModel = 'service,claude-sonnet-5';
const routerKey = 'bench';

/** A running claude-code-router, with folders of its own. */
export interface Router extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly key: string;
}

/** Installs it in a temporary folder, without scripts, and starts it as its README says. @param serviceUrl the Messages API that it sends everything to, unchanged */
export async function startRouter(serviceUrl: string): Promise<Router> {
  const root = mkdtempSync(join(tmpdir(), 'postern-router-'));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  await promisify(execFile)('npm', ['install', '--prefix', root, ...options, routerPackage]);
  const port = await freePort();
  mkdirSync(join(root, '.claude-code-router'));
  const [name, model] = routerModel.split(',');
  const settings = {
    ...{ LOG: false, HOST: '127.0.0.1', PORT: port, APIKEY: routerKey },
    Providers: [
      {
        name,
        api_base_url: `${serviceUrl}/v1/messages`,
        api_key: 'bench',
        models: [model],
        transformer: { use: ['Anthropic'] },
      },
    ],
    Router: { default: routerModel },
  };
  writeFileSync(join(root, '.claude-code-router/config.json'), JSON.stringify(settings));
  const script = join(root, 'node_modules/@musistudio/claude-code-router/dist/cli.js');
  const child = spawn(process.execPath, [script, 'start'], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], HOME: root },
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const closed = once(child, 'close').then(() => void process.off('exit', endWithUs));
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('claude-code-router', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    ...{ pid: child.pid ?? 0, url, key: routerKey },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
