// @vitest-environment happy-dom
import type { WorkspaceLook } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { CommandOptions } from './command-options.tsx';
import type { Draft } from './composer.tsx';
import { useCommands } from './use-commands.ts';

afterEach(cleanup);

const command = (name: string) => ({
  ...{ kind: 'command' as const, name, file: `${name}.md`, summary: '', loads: true, reason: null, text: '' },
  command: { name, description: `About ${name}`, argumentHint: '<where>' },
});
const look: WorkspaceLook = {
  ...{ path: '/w', trust: 'trusted', hash: '' },
  items: [command('deploy'), command('deploy:now')],
};

/** A field in which this was typed, and which keys it left to others. */
async function typing(prompt: string, mayBeCommand = true, found = Promise.resolve(look)) {
  const seen = { looks: 0, sent: 0, prompt };
  function Field() {
    const [draft, setDraft] = useState<Draft>({
      prompt,
      mayBeCommand,
      workspace: '/w',
      model: '',
      files: [],
    });
    const commands = useCommands(
      draft,
      async () => {
        seen.looks += 1;
        return found;
      },
      setDraft,
    );
    seen.prompt = draft.prompt;
    return (
      <>
        <CommandOptions
          id={commands.listId}
          offered={commands.offered}
          active={commands.active}
          onTake={commands.take}
        />
        <textarea
          aria-label="Prompt"
          {...commands.wiring}
          value={draft.prompt}
          onChange={(event) => setDraft({ ...draft, prompt: event.target.value })}
          onKeyDown={(event) => {
            if (!commands.onKey(event) && event.key === 'Enter') seen.sent += 1;
          }}
        />
      </>
    );
  }
  render(<Field />);
  await settled();
  const field = screen.getByLabelText<HTMLTextAreaElement>('Prompt');
  return { seen, field, press: (key: string) => fireEvent.keyDown(field, { key }) };
}

const active = (field: HTMLElement) =>
  document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.querySelector('code')
    ?.textContent;

it('offers the commands of the folder while a name is typed, and says which one is meant', async () => {
  const { field, press, seen } = await typing('/dep');
  expect(screen.getAllByRole('option').map((each) => each.textContent)).toEqual([
    '/deploy<where>About deploy',
    '/deploy:now<where>About deploy:now',
  ]);
  expect([field.getAttribute('aria-autocomplete'), active(field), seen.looks]).toEqual([
    'list',
    '/deploy',
    1,
  ]);
  press('ArrowDown');
  expect(active(field)).toBe('/deploy:now');
  press('ArrowDown');
  expect(active(field)).toBe('/deploy');
  press('ArrowUp');
  press('Tab');
  expect([seen.prompt, field.getAttribute('aria-autocomplete'), seen.sent]).toEqual([
    '/deploy:now ',
    null,
    0,
  ]);
});

it('completes with Enter what is not whole, and lets Enter send what is', async () => {
  const { press, seen, field } = await typing('/dep');
  press('Enter');
  expect([seen.prompt, seen.sent]).toEqual(['/deploy ', 0]);
  fireEvent.change(field, { target: { value: '/deploy' } });
  press('Enter');
  expect(seen.sent).toBe(1);
});

it('means the same command when those of the folder arrive, and the first again after the next letter', async () => {
  const { promise, resolve } = Promise.withResolvers<WorkspaceLook>();
  const { field, press } = await typing('/c', true, promise);
  press('ArrowDown');
  expect(active(field)).toBe('/compact');
  resolve({ ...look, items: [command('cache'), command('check')] });
  await settled();
  expect(screen.getAllByRole('option')).toHaveLength(4);
  expect(active(field)).toBe('/compact');
  fireEvent.change(field, { target: { value: '/' } });
  expect(active(field)).toBe('/cache');
});

it('takes one that is clicked', async () => {
  const { seen } = await typing('/dep');
  fireEvent.pointerDown(screen.getByText('/deploy:now'));
  expect(seen.prompt).toBe('/deploy:now ');
});

it('closes with Escape, and opens again with the next letter', async () => {
  const { field, press, seen } = await typing('/dep');
  press('Escape');
  expect([screen.queryAllByRole('option').length, field.getAttribute('aria-autocomplete')]).toEqual([
    0,
    null,
  ]);
  press('Enter');
  expect(seen.sent).toBe(1);
  fireEvent.change(field, { target: { value: '/depl' } });
  expect(screen.getAllByRole('option')).toHaveLength(2);
});

it('does not look at the folder, nor offers anything, for what was pasted', async () => {
  const { seen } = await typing('/dep', false);
  expect([screen.queryAllByRole('option').length, seen.looks]).toEqual([0, 0]);
});
