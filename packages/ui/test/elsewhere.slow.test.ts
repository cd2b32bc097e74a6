import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { answering } from './fake-queries.ts';
import { ask, closeBrowser, goTo, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

describe('a window in another time zone than its sidecar', () => {
  it('says one reset as one time, its own, wherever it is said', async () => {
    const resetsAt = new Date(Date.now() + 40 * 60_000);
    const timeIn = (timeZone: string): string =>
      resetsAt.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
    // Half an hour beside every whole one: no other zone gives the same minutes.
    const [here, there] = ['Asia/Kathmandu', 'UTC'].map(timeIn);
    w = await openWindow(
      (fake) => {
        signIn(fake.facts);
        fake.facts.timeline.push({
          ...{ id: 't1', at: new Date().toISOString(), type: 'usage_limits_changed', kind: null, code: null },
          text: `The 5-hour window is used up, until ${resetsAt.toISOString()}.`,
        });
        fake.query = async function* (_request, answer) {
          yield { event: 'waiting', data: { until: resetsAt.toISOString(), window: 'five_hour' } };
          await answer('never');
        };
      },
      { timezoneId: 'Asia/Kathmandu' },
    );
    const { page } = w;
    await ask(page, 'Hello');
    await page
      .getByText(/^Waiting/)
      .first()
      .waitFor();
    const asked = await page.locator('body').innerText();
    await goTo(page, 'Usage');
    await page.getByText('is used up, until').waitFor();
    const used = await page.locator('body').innerText();
    for (const text of [asked, used]) {
      expect(text).toContain(here);
      expect(text).not.toContain(there);
      expect(text).not.toContain('Z.');
    }
  });
});

describe('a conversation whose folder was renamed', () => {
  it('takes the new place in the same window, and keeps what was said', async () => {
    w = await openWindow((fake) => {
      signIn(fake.facts);
      addConversation(fake.facts, 'c1', 'Bernoulli', [
        { type: 'user', text: 'What was first?', at: '2026-11-23T10:00:00Z' },
        { type: 'assistant_text', text: 'The recurrence.' },
      ]);
      fake.refusedAt = { what: /^POST \/query$/, code: 'workspace_not_found' };
      fake.query = answering(['Here it is.']);
    });
    const { page, fake } = w;
    await page.getByRole('link', { name: /Bernoulli/ }).click();
    await page.getByText('The recurrence.').waitFor();
    expect(await page.getByRole('combobox', { name: 'Workspace' }).count()).toBe(0);

    await ask(page, 'And now?');
    await page.getByText('The workspace folder is not there').first().waitFor();
    const field = page.getByRole('combobox', { name: 'Workspace' });
    await field.fill('/home/ada/analytical-engine');
    await field.press('Enter');
    fake.refusedAt = null;
    await ask(page, 'And now?');
    await page.getByText('Here it is.').waitFor();

    expect(fake.asked.map(({ conversationId, workspace }) => ({ conversationId, workspace }))).toEqual([
      { conversationId: 'c1', workspace: '/home/ada/analytical-engine' },
    ]);
    await page.getByText('The recurrence.').waitFor();
  });
});
