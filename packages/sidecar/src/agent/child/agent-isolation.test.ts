import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agentIsolation } from './agent-isolation.ts';

function programs(scripts: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-isolation-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

describe('what keeps the agent’s commands apart', () => {
  it.each([
    ['nothing is installed', {}, 'rules_only', /bubblewrap is not installed/],
    ['socat is missing', { bwrap: 'exit 0' }, 'rules_only', /socat is not installed/],
    ['bubblewrap does not work here', { bwrap: 'exit 1', socat: '' }, 'rules_only', /does not let it work/],
    ['both work', { bwrap: 'exit 0', socat: '' }, 'sandboxed', /bubblewrap/],
  ] as const)('is found out by trying: %s', async (_, scripts, mode, reason) => {
    const isolation = await agentIsolation('linux', programs(scripts));

    expect(isolation.mode).toBe(mode);
    expect(isolation.reason).toMatch(reason);
  });

  it('is there on macOS and missing on Windows', async () => {
    expect((await agentIsolation('darwin', undefined)).mode).toBe('sandboxed');
    expect((await agentIsolation('win32', undefined)).mode).toBe('rules_only');
  });
});
