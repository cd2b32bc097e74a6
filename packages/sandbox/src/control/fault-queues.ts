import type { ApiFault, Fault, MetadataFault, RevokeFault, TokenFault } from './fault-schema.ts';

/** Which faults each endpoint can meet. */
export interface FaultOf {
  token: TokenFault;
  messages: ApiFault;
  count_tokens: ApiFault;
  models: ApiFault;
  metadata: MetadataFault;
  revoke: RevokeFault;
}

interface Waiting<F> {
  readonly fault: F;
  left: number;
}

type Queues = { [On in keyof FaultOf]: Waiting<FaultOf[On]>[] };

/** Scripted trouble, waiting for the requests that will meet it. */
export class FaultQueues {
  #queues: Queues = emptyQueues();

  /** Queues a fault, or empties its endpoint's queue for `clear`. */
  add(fault: Fault): void {
    if (fault.on === 'token') enqueue(this.#queues.token, fault);
    else if (fault.on === 'metadata') enqueue(this.#queues.metadata, fault);
    else if (fault.on === 'revoke') enqueue(this.#queues.revoke, fault);
    else enqueue(this.#queues[fault.on], fault);
  }

  /** The first waiting fault of an endpoint that matches; it counts as met. */
  take<On extends keyof FaultOf>(on: On, matches: (fault: FaultOf[On]) => boolean): FaultOf[On] | null {
    const queue = this.#queues[on];
    const at = queue.findIndex((each) => matches(each.fault));
    const found = queue[at];
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left === 0) queue.splice(at, 1);
    return found.fault;
  }

  /** How many are still to be met, by endpoint. */
  waiting(): Readonly<Record<keyof FaultOf, number>> {
    const count = (queue: readonly { readonly left: number }[]) =>
      queue.reduce((sum, { left }) => sum + left, 0);
    const { token, messages, count_tokens, models, metadata, revoke } = this.#queues;
    return {
      token: count(token),
      messages: count(messages),
      count_tokens: count(count_tokens),
      models: count(models),
      metadata: count(metadata),
      revoke: count(revoke),
    };
  }

  clear(): void {
    this.#queues = emptyQueues();
  }
}

function enqueue<F extends Fault>(queue: Waiting<F>[], fault: F): void {
  if (fault.kind === 'clear') queue.length = 0;
  else queue.push({ fault, left: fault.times });
}

function emptyQueues(): Queues {
  return { token: [], messages: [], count_tokens: [], models: [], metadata: [], revoke: [] };
}
