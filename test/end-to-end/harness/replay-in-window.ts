import type { QueryEvent } from '@postern/contract';
import { signIn } from '../../../packages/ui/test/fake-facts.ts';
import { ask, openWindow } from '../../../packages/ui/test/open-window.ts';

/** One query as a sidecar sent it. */
export interface RecordedAnswer {
  readonly name: string;
  readonly events: readonly QueryEvent[];
}

/** A window that is sent recorded queries. */
export interface Replay {
  /** What a reader sees of its answer once it is over. */
  shown(answer: RecordedAnswer): Promise<string>;
  /** What went wrong in the page. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** The text of every answer below the last prompt, as the page lays it out. */
const answersBelowLastPrompt = `(() => {
  const articles = [...document.querySelectorAll('article')];
  const named = (name) => (article) => article.getAttribute('aria-label') === name;
  const below = articles.slice(articles.findLastIndex(named('You')) + 1);
  return below.filter(named('Answer')).map((article) => article.innerText).join('');
})()`;

/** Opens the built window in Chromium, on a sidecar that sends what was recorded. */
export async function openReplay(): Promise<Replay> {
  let next: RecordedAnswer = { name: 'none', events: [] };
  const window = await openWindow((fake) => {
    signIn(fake.facts);
    fake.query = async function* () {
      // The fake sidecar says itself that it has started.
      for (const event of next.events) if (event.event !== 'started') yield event;
    };
  });
  const { page, complaints, close } = window;
  let count = 0;
  return {
    complaints,
    close,
    async shown(answer) {
      next = answer;
      count += 1;
      const prompt = `Answer ${count}`;
      await ask(page, prompt);
      await page.getByRole('article', { name: 'You' }).getByText(prompt, { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Send' }).waitFor();
      return await page.evaluate<string>(answersBelowLastPrompt);
    },
  };
}
