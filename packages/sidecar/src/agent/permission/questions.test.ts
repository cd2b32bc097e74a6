import type { QueryEvent } from '@postern/contract';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answerOf, Questions } from './questions.ts';

const now = Date.parse('2026-11-24T12:00:00Z');

function desk(expiryMs: number): { readonly questions: Questions; readonly emitted: QueryEvent[] } {
  const emitted: QueryEvent[] = [];
  return {
    emitted,
    questions: new Questions(
      (event) => emitted.push(event),
      () => now,
      expiryMs,
    ),
  };
}

function question(requestId: string, expiresAt: string | null = null): QueryEvent {
  return { event: 'permission_request', data: { requestId, toolName: 'Bash', input: {}, expiresAt } };
}

function idOf(emitted: readonly QueryEvent[]): string {
  const [first] = emitted;
  return first?.event === 'permission_request' ? first.data.requestId : '';
}

describe('a question to the person', () => {
  it('is answered once', async () => {
    const { questions, emitted } = desk(60_000);
    const answer = questions.askBriefly(question, new AbortController().signal);
    const requestId = idOf(emitted);

    expect(questions.answer(requestId, { decision: 'allow', remember: true })).toBe(true);
    expect(questions.answer(requestId, { decision: 'deny', remember: false })).toBe(false);
    expect(await answer).toEqual({ decision: 'allow', remember: true });
    expect(emitted).toEqual([
      question(requestId, '2026-11-24T12:01:00.000Z'),
      { event: 'permission_resolution', data: { requestId, decision: 'allow' } },
    ]);
  });

  it('means no when it expires, is withdrawn, or the query ends', async () => {
    const withdrawn = new AbortController();
    const [expiring, taken, ending] = [desk(1), desk(60_000), desk(60_000)];
    const answers = [
      expiring.questions.askBriefly(question, new AbortController().signal),
      taken.questions.ask(question, withdrawn.signal),
      ending.questions.ask(question, new AbortController().signal),
    ];
    withdrawn.abort();
    ending.questions.close();

    for (const answer of await Promise.all(answers)) expect(answer.decision).toBe('deny');
    for (const { emitted } of [expiring, taken, ending]) {
      expect(emitted.at(-1)).toMatchObject({ event: 'permission_resolution', data: { decision: 'deny' } });
    }
    expect(await taken.questions.ask(question, withdrawn.signal)).toMatchObject({ decision: 'deny' });
  });

  it('means yes where it is withdrawn because what it asks was allowed elsewhere', async () => {
    const [lifted, other] = [new Error('lifted'), new AbortController()];
    const allowed = new AbortController();
    const { questions, emitted } = desk(60_000);
    const answers = [allowed, other].map(({ signal }) => questions.askBriefly(question, signal, lifted));
    allowed.abort(lifted);
    other.abort();
    expect((await Promise.all(answers)).map(({ decision }) => decision)).toEqual(['allow', 'deny']);
    expect(emitted.slice(2)).toMatchObject([{ data: { decision: 'allow' } }, { data: { decision: 'deny' } }]);
  });

  it('waits for the person as long as it takes where it holds no request', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { questions, emitted } = desk(60_000);
    const answer = questions.ask(question, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(emitted).toHaveLength(1);
    questions.answer(idOf(emitted), { decision: 'allow', remember: false });
    expect(await answer).toEqual({ decision: 'allow', remember: false });
  });

  it('of the agent’s own takes no bare yes, and a permission no words; each stays open until it is answered in its way', async () => {
    const { questions, emitted } = desk(60_000);
    const { signal } = new AbortController();
    const asked = [
      { id: 'q1', text: 'Which?', header: '', options: [], multiple: false, required: false },
    ].map((each) => ({ ...each, ownWords: 'text' as const }));
    const words = questions.askInWords(asked, question, signal);
    const permission = questions.ask(question, signal);
    const [first = '', second = ''] = emitted.flatMap(({ event, data }) =>
      event === 'permission_request' ? [data.requestId] : [],
    );
    const fault = expect.objectContaining({ code: 'answer_does_not_fit' });
    const says = (text: string) => answerOf({ q1: { text } });
    expect(() => questions.answer(first, { decision: 'allow', remember: false })).toThrow(fault);
    expect(() => questions.answer(first, answerOf({ q2: {} }))).toThrow(fault);
    expect(() => questions.answer(second, says('Mine'))).toThrow(fault);

    expect(questions.answer(first, says('Mine'))).toBe(true);
    expect(questions.answer(second, { decision: 'deny', remember: false })).toBe(true);
    expect([await words, (await permission).decision]).toEqual([{ q1: { text: 'Mine' } }, 'deny']);
  });
});
