import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startUsageEndpoint, type UsageEndpoint } from '../../../test/support/agent/usage-endpoint.ts';
import { askUsage } from './ask-usage.ts';
import { ChildRegistry } from './child-registry.ts';

// The unmodified program with a prepared login, its service on this machine. Not tried with a real account.

const resets_at = '2026-12-01T15:00:00.000Z';
const resetsAtMs = Date.parse(resets_at);

function asking({ environment }: UsageEndpoint, more: { readonly patienceMs?: number } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-asking-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const logs: string[] = [];
  return {
    logs,
    deps: {
      programPath: null,
      baseEnvironment: environment,
      version: '0.0.0-test',
      children: new ChildRegistry(dataDir),
      log: (_level: string, text: string) => void logs.push(text),
      ...more,
    },
  };
}

const ourFolders = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => /^postern-usage-[^e]/.test(name));

describe('the usage control of the unmodified program', () => {
  it('says the plan’s windows without a prompt, a model call, telemetry or an update', async () => {
    const endpoint = await startUsageEndpoint();
    endpoint.answer = {
      five_hour: { utilization: 42.5, resets_at },
      seven_day: { utilization: 81, resets_at },
      seven_day_opus: { utilization: 3, resets_at },
    };
    const { deps, logs } = asking(endpoint);

    const readings = await askUsage(deps, endpoint.signIn);

    expect(readings).toEqual([
      { window: 'five_hour', utilization: 0.425, resetsAtMs },
      { window: 'seven_day', utilization: 0.81, resetsAtMs },
      { window: 'seven_day_opus', utilization: 0.03, resetsAtMs },
    ]);
    expect([...endpoint.hosts]).toEqual(['api.anthropic.com:443']);
    expect(endpoint.requests).toContain('GET /api/oauth/usage');
    // Only reads; whatever the program sends of itself (events, statistics, prompts) would be a POST.
    expect(endpoint.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect(logs.join()).not.toContain('canary');
    expect(ourFolders()).toEqual([]);
  });

  it('is unavailable where the service does not answer, or the program is too slow', async () => {
    const endpoint = await startUsageEndpoint();
    const unavailable = { code: 'usage_unavailable' };
    await expect(askUsage(asking(endpoint).deps, endpoint.signIn)).rejects.toMatchObject(unavailable);
    const hurried = asking(endpoint, { patienceMs: 1 });
    await expect(askUsage(hurried.deps, endpoint.signIn)).rejects.toMatchObject(unavailable);
    expect(ourFolders()).toEqual([]);
  });

  it('is not asked where the login is another one, or gone', async () => {
    const endpoint = await startUsageEndpoint();
    const someoneElse = { ...endpoint.signIn, email: 'someone@example.com' };
    await expect(askUsage(asking(endpoint).deps, someoneElse)).rejects.toMatchObject({
      code: 'credential_mismatch',
    });
    expect(endpoint.requests).not.toContain('GET /api/oauth/usage');
    const gone = await startUsageEndpoint({ signedIn: false });
    await expect(askUsage(asking(gone).deps, gone.signIn)).rejects.toMatchObject({
      code: 'reauthorization_required',
    });
  });
});
