import type { Agent } from '../agent/index.ts';
import type { Gateway } from '../gateway/index.ts';
import { type AppEvents, preparingEvents } from './app-events.ts';
import { createIdleGc } from './idle-gc.ts';

/** Keeps a program ready for the next conversation, and memory small in between. Gives the function that ends it. */
export function keepReady(
  agent: Pick<Agent, 'prepare' | 'isBusy'>,
  gateway: Pick<Gateway, 'isBusy' | 'onQuiet'>,
  events: Pick<AppEvents, 'subscribe'>,
): () => void {
  const memory = createIdleGc(() => agent.isBusy() || gateway.isBusy());
  memory.settle();
  // Programs with a lease have no turns, only calls.
  const unlisten = gateway.onQuiet(memory.workEnded);
  const unsubscribe = events.subscribe(({ event, data }) => {
    if (event === 'conversation_changed' && !data.running) memory.workEnded();
    if (!preparingEvents.has(event)) return;
    agent.prepare();
    memory.settle();
  });
  return () => {
    unsubscribe();
    unlisten();
    memory.close();
  };
}
