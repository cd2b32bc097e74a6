/**
 * An app that embeds Postern: it starts the sidecar in sandbox mode, signs in, asks, and prints the answer.
 * `node examples/embed.ts "Say hello"`. With `--live` instead of `--sandbox` the person signs in in their browser.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createPosternClient, PosternError } from '@postern/client';
import { approveOverHttp } from '@postern/sandbox';

// Where Postern is installed: spawn('postern', …). A data directory of the app's own keeps its sign-ins apart.
const command = join(import.meta.dirname, '../packages/cli/bin/postern.js');
const dataDir = await mkdtemp(join(tmpdir(), 'postern-embed-'));
const options = ['--sandbox', '--no-open', '--json', '--port', '0', '--data-dir', dataDir];
const sidecar = spawn(process.execPath, [command, 'start', ...options], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  // The first line says where it listens; the token of this launch is in a file only this user can read.
  const [line] = await once(createInterface(sidecar.stdout), 'line');
  const { token } = JSON.parse(await readFile(join(dataDir, 'sidecar.json'), 'utf8'));
  const postern = createPosternClient({ baseUrl: JSON.parse(line).url, token });

  const { signInId, authorizationUrl } = await postern.auth.start();
  // A real app opens authorizationUrl in the person's browser. Here the sandbox's pages are answered by a program.
  await fetch(await approveOverHttp(authorizationUrl));
  const { account } = await postern.auth.waitUntilSignedIn({ signInId });
  process.stderr.write(`signed in as ${account?.email}\n`);

  for await (const { event, data } of postern.runQuery({ prompt: process.argv[2] ?? 'Say hello' })) {
    if (event === 'assistant_text') process.stdout.write(data.text);
    // Unattended, so every question is denied. Without an answer a tool would wait, and a fallback end after four minutes.
    if (event === 'permission_request' || event === 'fallback_request')
      await postern.approve({ requestId: data.requestId, decision: 'deny' });
    if (event === 'question_request') await postern.answer({ requestId: data.requestId, answers: null });
    if (event === 'credential_switched') process.stderr.write(`now paid by ${data.to.payer}\n`);
    if (event === 'result') process.stderr.write(`\n$${data.costUsd}, receipt ${data.receiptId}\n`);
    if (event === 'error') throw new Error(`${data.code}: ${data.title}. ${data.detail}`);
  }
} catch (error) {
  // Known beforehand: a problem document with a code of the error table. Everything else is a defect.
  process.exitCode = 1;
  process.stderr.write(`${error instanceof PosternError ? `${error.code}: ${error.detail}` : error}\n`);
} finally {
  // SIGTERM lets it end its queries and programs first.
  sidecar.kill('SIGTERM');
  await once(sidecar, 'exit');
  await rm(dataDir, { recursive: true });
}
