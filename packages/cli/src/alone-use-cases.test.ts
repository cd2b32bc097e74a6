import { describe, expect, it } from 'vitest';
import { createMemorySidecar } from '../test/memory-sidecar.ts';
import { aloneUseCases } from './alone-use-cases.ts';

async function open() {
  const memory = createMemorySidecar();
  memory.events = [
    { event: 'assistant_text', data: { text: 'one' } },
    { event: 'assistant_text', data: { text: 'two' } },
    {
      event: 'error',
      data: { code: 'agent_failed', title: 't', detail: 'd', retryable: true },
    },
  ];
  const alone = await memory.openAlone(
    { mode: 'live', dataDir: '/d', store: null },
    {},
    { log: () => {}, askPassphrase: async () => null },
  );
  return { memory, useCases: aloneUseCases(alone) };
}

describe('a query that runs alone', () => {
  it('gives every event and is not cancelled when it has ended', async () => {
    const { memory, useCases } = await open();
    const events: string[] = [];
    for await (const event of useCases.runQuery({ prompt: 'hi' })) events.push(event.event);
    expect(events).toEqual(['assistant_text', 'assistant_text', 'error']);
    expect(memory.cancelled).toEqual([]);
  });

  it('is cancelled once when the consumer leaves, or aborts', async () => {
    const left = await open();
    for await (const _ of left.useCases.runQuery({ prompt: 'hi' })) break;
    expect(left.memory.cancelled).toEqual(['q1']);
    const aborted = await open();
    const controller = new AbortController();
    const run = async () => {
      for await (const _ of aborted.useCases.runQuery({ prompt: 'hi' }, { signal: controller.signal }))
        controller.abort(new Error('enough'));
    };
    await expect(run()).rejects.toThrow('enough');
    expect(aborted.memory.cancelled).toEqual(['q1']);
  });
});
