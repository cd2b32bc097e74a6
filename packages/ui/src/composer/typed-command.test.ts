import { expect, it } from 'vitest';
import { isTypedCommand } from './typed-command.ts';

/** Each change as [the prompt after it, its kind]. */
function after(changes: readonly (readonly [prompt: string, inputType: string | undefined])[]): boolean {
  let draft = { prompt: '', mayBeCommand: false };
  for (const [prompt, inputType] of changes)
    draft = { prompt, mayBeCommand: isTypedCommand(draft, prompt, inputType) };
  return draft.mayBeCommand;
}

const typed = 'insertText';
const pasted = 'insertFromPaste';

it('a command is one whose name was typed', () => {
  expect(
    after([
      ['/', typed],
      ['/fix', typed],
    ]),
  ).toBe(true);
  expect(
    after([
      ['/', typed],
      ['/fix ', typed],
      ['/fix all of it', pasted],
    ]),
  ).toBe(true);
  expect(
    after([
      ['/', typed],
      ['/fi', typed],
      ['/f', 'deleteContentBackward'],
    ]),
  ).toBe(true);
});

it('nothing that was pasted, dropped or put in front of something is a command', () => {
  expect(after([['/fix', pasted]])).toBe(false);
  expect(after([['/fix', 'insertFromDrop']])).toBe(false);
  expect(after([['/fix', undefined]])).toBe(false);
  expect(
    after([
      ['/', typed],
      ['/deploy now', pasted],
    ]),
  ).toBe(false);
  expect(
    after([
      ['/', typed],
      ['/fix ', typed],
      ['/deploy now', pasted],
    ]),
  ).toBe(false);
  expect(
    after([
      ['fix', pasted],
      ['/fix', typed],
    ]),
  ).toBe(false);
  expect(after([['say /fix', typed]])).toBe(false);
  expect(
    after([
      ['/fix', pasted],
      ['/fix it', typed],
    ]),
  ).toBe(false);
});
