import { expect, test } from 'vitest';
import { startServer } from '../../test/support/http/harness.ts';
import { createLaunchToken, launchTokenText } from '../door/index.ts';
import { createLog } from './log.ts';

function capture(level: 'debug' | 'info' = 'debug') {
  const lines: string[] = [];
  return { lines, log: createLog({ write: (line) => lines.push(line) }, level) };
}

test('F51 whatever is logged, secrets are not in it', () => {
  const { lines, log } = capture();
  const token = createLaunchToken();
  const canaries = [
    'sk-ant-oat01-canarycanary',
    launchTokenText(token),
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl',
  ];
  const [first = '', second = '', third = ''] = canaries;
  log.error(
    { err: new Error(`failed for ${first}`, { cause: new Error(`Bearer ${second}`) }) },
    `token ${third}`,
  );
  log.warn({ token, nested: { refresh_token: first } }, 'a secret as a field');
  log.info(`code_verifier=${second}&access_token=abcdefgh`);
  const text = lines.join('');
  for (const canary of [...canaries, 'abcdefgh']) expect(text).not.toContain(canary);
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), level: expect.any(String) });
});

test('F51 requests are logged by route, never by address, header or body, and only for debugging', async () => {
  const { lines, log } = capture();
  await using server = await startServer({ log });
  await server.get('/receipts?before=canary');
  await fetch(`${server.url}/auth/anthropic/callback?code=canary&state=canary`);
  await server.post('/settings', { apiKey: 'sk-ant-api03-canary-canary-canary' });
  await server.post('/settings', { theme: 'canary' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'debug', method: 'GET', route: '/receipts', status: 200, msg: 'answered' },
    { route: '/auth/anthropic/callback', status: 400 },
    { method: 'POST', route: '/settings', status: 200 },
    { method: 'POST', route: '/settings', status: 400 },
  ]);
  expect(lines.join('')).not.toContain('canary');
});
