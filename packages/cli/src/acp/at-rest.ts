import { createIdleGc } from '@postern/sidecar/idle-gc';
import type { AcpClient } from './acp-agent.ts';

/**
 * An editor keeps this process for hours, most of them idle: what a start or an answer left behind, 4 MB, is given back once nothing is asked
 * and no answer is on its way. Gives the client to ask with.
 */
export function collectsAtRest(create = createIdleGc): (client: AcpClient) => AcpClient {
  let answering = 0;
  const { settle } = create(() => answering > 0);
  settle();
  return (client) => {
    settle();
    return {
      ...client,
      async *runQuery(...asked) {
        answering += 1;
        try {
          yield* client.runQuery(...asked);
        } finally {
          answering -= 1;
          settle();
        }
      },
    };
  };
}
