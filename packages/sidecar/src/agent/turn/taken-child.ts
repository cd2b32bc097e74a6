import type { AgentChild } from '../child/index.ts';

/** The child, or null where the query was cancelled while it was being made ready: it is released then. */
export async function takenChild(
  taking: Promise<AgentChild>,
  cancelled: AbortSignal,
  release: (child: AgentChild) => void,
): Promise<AgentChild | null> {
  const aborted = Promise.withResolvers<null>();
  cancelled.addEventListener('abort', () => aborted.resolve(null), { once: true });
  const child = await Promise.race([taking, aborted.promise]);
  if (child !== null && !cancelled.aborted) return child;
  void taking.then(release, () => undefined);
  return null;
}
