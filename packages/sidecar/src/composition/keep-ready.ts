import type { Agent } from '../agent/index.ts';
import { type AppEvents, preparingEvents } from './app-events.ts';
import { createIdleGc } from './idle-gc.ts';

/** Keeps a program ready for the next conversation, and memory small in between. Gives the function that ends it. */
export function keepReady(
  agent: Pick<Agent, 'prepare' | 'isBusy'>,
  events: Pick<AppEvents, 'subscribe'>,
): () => void {
  const memory = createIdleGc(() => agent.isBusy());
  memory.settle();
  const unsubscribe = events.subscribe(({ event, data }) => {
    if (event === 'conversation_changed' && !data.running) memory.turnEnded();
    if (!preparingEvents.has(event)) return;
    agent.prepare();
    memory.settle();
  });
  return () => {
    unsubscribe();
    memory.close();
  };
}
