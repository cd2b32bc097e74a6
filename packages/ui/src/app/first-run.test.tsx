// @vitest-environment happy-dom
import type { StoreHealth } from '@postern/contract';
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { FirstRun } from './first-run.tsx';

afterEach(cleanup);

it('says of each way in who keeps the secret, and how', () => {
  const holders = (store: StoreHealth['kind']) => {
    cleanup();
    const others = { mode: 'live', signInConfigured: true, linkedBilling: false } as const;
    const doing = { onConnect: () => {}, onClaudeCode: () => {}, onKey: () => {} };
    render(<FirstRun store={store} {...others} {...doing} />);
    return [...document.querySelectorAll('.way dd:last-child')].map((each) => each.textContent);
  };
  const encrypted = 'Postern, encrypted on this computer.';
  const program = 'Claude Code. Postern never sees it.';
  expect(holders('os_keychain')).toEqual([encrypted, program, encrypted]);
  expect(holders('passphrase_file')).toEqual([encrypted, program, encrypted]);
  const inMemory = 'Postern, in memory until it stops.';
  expect(holders('memory')).toEqual([inMemory, program, inMemory]);
});
