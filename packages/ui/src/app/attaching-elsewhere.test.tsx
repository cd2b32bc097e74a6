// @vitest-environment happy-dom
import { problemMediaType, problemOf } from '@postern/contract';
import { cleanup, fireEvent, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { openApp } from '../../test/support/open-app.tsx';
import { laterParts } from './later-parts.ts';

const kept = '/cache/attachments/0123456789abcdef/3f1c9a52-7a0b-4a44-9b1e-1f2e3d4c5b6a/scan.pdf';
let answer: ((response: Response) => void) | null = null;

// None of them is to arrive after the test that asked for it.
beforeAll(async () => {
  for (const load of Object.values(laterParts)) await load();
});
beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal('fetch', async (to: unknown) => {
    if (new URL(String(to)).pathname !== '/attachments') throw new TypeError('There is no Postern here.');
    return new Promise<Response>((resolve) => {
      answer = resolve;
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const files = () => screen.queryByRole('list', { name: 'Attached files' })?.textContent;
const sendIsOff = () => screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled');

/** A conversation in which something is written and a file is on its way. */
async function attaching() {
  const app = openApp('#/ask');
  const prompt = screen.getByLabelText('Prompt');
  actNow(() => fireEvent.change(prompt, { target: { value: 'What is in it?' } }));
  const scan = new File(['%PDF'], 'scan.pdf', { type: 'application/pdf' });
  answer = null;
  actNow(() => fireEvent.paste(prompt, { clipboardData: { files: [scan], getData: () => '' } }));
  await vi.waitFor(() => expect(answer).not.toBeNull());
  expect(files()).toContain('scan.pdf');
  const goTo = (place: 'ask' | 'usage') =>
    actNow(() =>
      app.store.dispatch({
        type: 'route_changed',
        route: place === 'ask' ? { place, conversationId: null } : { place },
      }),
    );
  return { goTo };
}

it('keeps the message from going without a file that is on its way, over a visit to another place', async () => {
  const { goTo } = await attaching();
  expect(sendIsOff()).toBe('true');
  goTo('usage');
  goTo('ask');
  expect([files(), sendIsOff()]).toEqual([expect.stringContaining('is being attached'), 'true']);
  goTo('usage');
  answer?.(Response.json({ path: kept, name: 'scan.pdf', bytes: 20_000_001 }));
  await vi.waitFor(() => expect(sessionStorage.getItem('postern.draft.new.parts')).toContain(kept));
  goTo('ask');
  expect([files(), sendIsOff()]).toEqual(['scan.pdf', null]);
  expect(screen.getByText(/too large for the model/).textContent).toContain('scan.pdf');
  cleanup();
  openApp('#/ask');
  expect(files()).toBe('scan.pdf');
});

it('says that a file was refused while another place was shown', async () => {
  const { goTo } = await attaching();
  goTo('usage');
  const refusal = { ...problemOf('attachment_type_unsupported'), status: 415 };
  const headers = { 'content-type': problemMediaType };
  answer?.(new Response(JSON.stringify(refusal), { status: 415, headers }));
  await new Promise((later) => setTimeout(later, 20));
  goTo('ask');
  expect(screen.getByRole('alert').textContent).toContain('scan.pdf could not be attached.');
});
