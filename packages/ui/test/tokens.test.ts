import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '../src');
const themed = /prefers-color-scheme|data-theme/;
const stylesheets = globSync('**/*.css', { cwd: src }).filter((file) =>
  themed.test(readFileSync(join(src, file), 'utf8')),
);
const tokens = readFileSync(join(src, 'styles/tokens.css'), 'utf8');

/** What the rules of the dark theme declare, by rule. */
const darkRules = [...tokens.matchAll(/([^{};]*)\{([^{}]*)\}/g)]
  .filter(([, selector = '']) => selector.includes('data-theme'))
  .map(([, , body = '']) =>
    body
      .split(';')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );

const colour = String.raw`(?:#[\da-f]{6}|rgb\([\d /%]+\))`;
const darkDeclaration = new RegExp(
  String.raw`^(?:color-scheme: dark|--[\w-]+: ${colour}|--shadow: (?:(?:\d+(?:px)? ){3,4}${colour}(?:, )?)+)$`,
);

it('the dark theme is other colours and nothing else: what the light one says and where it stands holds for both', () => {
  expect(stylesheets).toEqual(['styles/tokens.css']);
  expect(darkRules).toHaveLength(2);
  for (const rule of darkRules) {
    expect(rule.length).toBeGreaterThan(30);
    expect(rule.filter((each) => !darkDeclaration.test(each))).toEqual([]);
  }
});

it('the dark theme is the same by choice as by the system', () => {
  expect(darkRules[0]).toEqual(darkRules[1]);
});
