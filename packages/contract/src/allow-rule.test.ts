import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllowRule,
  allowRuleInWords,
  fileTools,
  formatAllowRule,
  narrowRules,
  parseAllowRule,
} from './allow-rule.ts';

const files: AllowRule = { type: 'files', tool: 'Write', folder: '/projects', below: true };

describe('a rule', () => {
  it.each<[string, AllowRule]>([
    ['Write(/projects/**)', files],
    ['Write(/**)', { ...files, folder: '/' }],
    ['Read(/etc/app/*)', { type: 'files', tool: 'Read', folder: '/etc/app', below: false }],
    ['Edit(C:\\Users\\ada/**)', { type: 'files', tool: 'Edit', folder: 'C:\\Users\\ada', below: true }],
    ['Bash(npm test)', { type: 'command', command: 'npm test' }],
    ['Bash(echo (a) && echo b)', { type: 'command', command: 'echo (a) && echo b' }],
    ['Bash(one\ntwo)', { type: 'command', command: 'one\ntwo' }],
    ['WebFetch(domain:example.com)', { type: 'host', tool: 'WebFetch', host: 'example.com' }],
    ['SandboxNetworkAccess([::1])', { type: 'host', tool: 'SandboxNetworkAccess', host: '[::1]' }],
    ['WebSearch', { type: 'tool', tool: 'WebSearch' }],
    ['mcp__files__list', { type: 'tool', tool: 'mcp__files__list' }],
  ])('%s', (text, rule) => {
    expect(parseAllowRule(text)).toEqual(rule);
    expect(formatAllowRule(rule)).toBe(text);
  });

  it.each([
    ...['Bash', 'Bash()', 'Bash( )', 'WebFetch', 'WebFetch(example.com)', 'WebFetch(domain:EXAMPLE.com)'],
    ...[
      'WebFetch(domain:*)',
      'WebFetch(domain:)',
      'Write',
      'Write()',
      'Write(work/**)',
      'Write(./**)',
      'Write(/projects)',
    ],
    ...[
      'Write(/projects/***)',
      'Agent',
      'Task',
      '*',
      '',
      'mcp__files',
      'mcp__files__*',
      'Unknown(x)',
      ' WebSearch',
      'bash(x)',
    ],
  ])('%j is none', (text) => {
    expect(parseAllowRule(text)).toBeNull();
  });

  it('means one thing: what is written for a rule is read as that rule', () => {
    const unit = fc.constantFrom('a', '/', '*', '(', ')', '\n', ' ', ':', '\\', 'é', '\u202E');
    const folder = fc.string({ unit }).map((name) => `/${name}`);
    const rules = fc.oneof(
      fc.record({
        type: fc.constant('files'),
        tool: fc.constantFrom(...fileTools),
        folder,
        below: fc.boolean(),
      }),
      fc.record({ type: fc.constant('command'), command: fc.string({ unit }) }),
    ) as fc.Arbitrary<AllowRule>;
    fc.assert(
      fc.property(rules, (rule) => {
        const read = parseAllowRule(formatAllowRule(rule));
        // What could be read as another rule is not read at all.
        expect(read === null || formatAllowRule(read) === formatAllowRule(rule)).toBe(true);
        if (rule.type === 'command' && read !== null) expect(read).toEqual(rule);
      }),
    );
  });

  it('is said in full', () => {
    expect(allowRuleInWords(files)).toBe('write files in /projects and the folders below it');
    expect(allowRuleInWords({ type: 'command', command: 'rm -rf build' })).toBe(
      'run exactly this command: rm -rf build',
    );
  });
});

describe('answers remembered by the name alone', () => {
  it('hold for the workspace’s own files, and are asked again where a name covered more', () => {
    expect(
      narrowRules({
        '/w': ['Write', 'Bash', 'WebFetch', 'mcp__a__b', 'SandboxNetworkAccess(example.com)'],
        '/x': ['Bash'],
      }),
    ).toEqual({
      rules: { '/w': ['Write(/w/**)', 'mcp__a__b', 'SandboxNetworkAccess(example.com)'] },
      narrowed: 1,
      dropped: 3,
    });
  });

  it('stay as they are once they are rules', () => {
    const { rules } = narrowRules({ '/w': ['Write', 'Bash(npm test)'] });
    expect(narrowRules(rules)).toEqual({ rules, narrowed: 0, dropped: 0 });
  });

  it('never cover a place that has no absolute name', () => {
    expect(narrowRules({ '': ['Write'], w: ['Write'] }).rules).toEqual({});
  });
});
