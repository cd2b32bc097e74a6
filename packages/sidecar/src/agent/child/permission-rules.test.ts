import { describe, expect, it } from 'vitest';
import { agentTools, permissionModeOf, permissionRules } from './permission-rules.ts';

const sandboxed = { mode: 'sandboxed', reason: '' } as const;
const rulesOnly = { mode: 'rules_only', reason: '' } as const;

describe('permission rules', () => {
  it('keep reading and writing tools out of the data directory, under each of its names', () => {
    const { settings, sandbox } = permissionRules(
      ['/real/data', '/link/data'],
      '/real/data/claude',
      rulesOnly,
    );

    expect(settings.permissions?.deny).toEqual([
      'Read(//real/data/**)',
      'Edit(//real/data/**)',
      'Read(//link/data/**)',
      'Edit(//link/data/**)',
      'WebFetch(domain:127.0.0.1)',
      'WebFetch(domain:localhost)',
    ]);
    expect(sandbox).toBeNull();
  });

  it('keep the agent away from the login of a program that signs in for itself, file or folder', () => {
    const { settings, sandbox } = permissionRules(['/data'], '/home/me/.claude', sandboxed, [
      '/home/me/.claude',
    ]);

    expect(settings.permissions?.deny).toEqual(
      expect.arrayContaining([
        'Read(//home/me/.claude)',
        'Read(//home/me/.claude/**)',
        'Edit(//home/me/.claude/**)',
      ]),
    );
    expect(sandbox?.filesystem).toEqual({
      denyRead: ['/data', '/home/me/.claude'],
      denyWrite: ['/data', '/home/me/.claude'],
      allowRead: ['/home/me/.claude/shell-snapshots'],
    });
  });

  it.each([
    ['/tmp/a[b]*?/data/', '//tmp/a\\\\[b\\\\]\\\\*?/data/**'],
    ['/home/a\\b', '//home/a\\\\\\\\b/**'],
    ['/home/a (b)', '//home/a \\(b\\)/**'],
    ['/home/data ', '//home/data\\\\ /**'],
    ['/home/!{a,b}#', '//home/!{a,b}#/**'],
  ])('write %j so that a rule means that path', (dir, pattern) => {
    const { settings } = permissionRules([dir], '/c', rulesOnly, [], 'linux');
    expect(settings.permissions?.deny).toContain(`Read(${pattern})`);
    expect(settings.permissions?.deny).toContain(`Edit(${pattern})`);
  });

  it('write a path of Windows by its drive', () => {
    const { settings } = permissionRules(['C:\\Users\\me\\data [1]'], '/c', rulesOnly, [], 'win32');
    expect(settings.permissions?.deny).toContain('Read(//c/Users/me/data \\\\[1\\\\]/**)');
  });

  it('ask before every command, and let nothing be skipped', () => {
    const { settings, sandbox } = permissionRules(['/data'], '/data/claude', sandboxed);

    expect(settings.permissions?.ask).toEqual(['Bash', 'Agent']);
    expect(settings.permissions?.disableBypassPermissionsMode).toBe('disable');
    expect(sandbox).toMatchObject({
      enabled: true,
      failIfUnavailable: true,
      autoAllowBashIfSandboxed: false,
      allowUnsandboxedCommands: false,
      filesystem: { denyRead: ['/data'], denyWrite: ['/data'] },
      credentials: { envVars: [{ name: 'ANTHROPIC_AUTH_TOKEN', mode: 'deny' }] },
    });
  });

  it('never map to a mode that skips permissions', () => {
    expect((['ask', 'accept_edits', 'plan'] as const).map(permissionModeOf)).toEqual([
      'default',
      'acceptEdits',
      'plan',
    ]);
  });

  it('offer no tool that outlives a turn or reaches another session', () => {
    for (const tool of ['CronCreate', 'ScheduleWakeup', 'Monitor', 'SendMessage', 'ListAgents']) {
      expect(agentTools).not.toContain(tool);
    }
  });
});
