import { describe, expect, it } from 'vitest';
import { toolResultText } from './tool-content.ts';

describe('the text of a tool result', () => {
  it('joins its parts, names what is no text, and is bounded', () => {
    expect(toolResultText([{ type: 'text', text: 'a' }, { type: 'image' }])).toBe('a\n[image]');
    expect(toolResultText(undefined)).toBe('');
    expect(toolResultText('x'.repeat(300_000)).length).toBeLessThan(201_000);
  });
});
