/** Asks a running Postern and denies whatever it is asked: `node examples/client.ts <dataDir>/sidecar.json "Say hello"`. */
import { readFile } from 'node:fs/promises';
import { createPosternClient, PosternError } from '@postern/client';

const [, , runtimeFile = 'sidecar.json', prompt = 'Say hello'] = process.argv;
const { url: baseUrl, token } = JSON.parse(await readFile(runtimeFile, 'utf8'));
const postern = createPosternClient({ baseUrl, token });

try {
  const { state, activeCredential } = await postern.auth.status();
  process.stderr.write(`${state}, ${activeCredential?.payer ?? 'no credential can be used'}\n`);

  for await (const { event, data } of postern.runQuery({ prompt })) {
    if (event === 'assistant_text') process.stdout.write(data.text);
    if (event === 'permission_request' || event === 'fallback_request')
      await postern.approve({ requestId: data.requestId, decision: 'deny' });
    if (event === 'question_request') await postern.answer({ requestId: data.requestId, answers: null });
    if (event === 'result') process.stderr.write(`\n$${data.costUsd}, receipt ${data.receiptId}\n`);
    if (event === 'error') throw new Error(`${data.code}: ${data.detail}`);
  }
} catch (error) {
  if (!(error instanceof PosternError)) throw error;
  process.stderr.write(`${error.code}: ${error.title}. ${error.detail}\n`);
  process.exitCode = 1;
}
