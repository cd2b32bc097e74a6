import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import { longestMessage } from './message-limit.ts';
import { endsConnection, endsSession, noAnswer, ServerRefusal } from './server-failure.ts';

/** How a server stands. */
export type BridgeState =
  | { readonly status: 'starting' | 'connected' }
  /** Too late for this program: what it asked was answered without the server. */
  | { readonly status: 'late' }
  /** `cause`: what was thrown; null: it left, or never answered. */
  | { readonly status: 'failed'; readonly cause: unknown; readonly wasConnected: boolean };

/** How long a server may take that the program did not wait for: `npx` may have to fetch it. */
const longestStartMs = 60_000;

/** What the program asks before it takes a prompt, and what takes no work: a tool may take long, its name does not. */
const lists = /^(?:tools|prompts|resources|resources\/templates)\/list$/;

/**
 * Stands between the program and a real MCP server and passes every message on, so that the server is started and called here: the
 * program, which must hold no credential, never sees what the server gets. To the program it is a server in this process.
 */
export class BridgedServer extends McpServer {
  readonly #open: () => Promise<Transport>;
  readonly #onState: (state: BridgeState) => void;
  readonly #patienceMs: number;
  readonly #waiting: () => number;
  readonly #asked = new Set<RequestId>();
  readonly #early: JSONRPCMessage[] = [];
  #initialize: RequestId | null = null;
  #real: Transport | null = null;
  #program: Transport | null = null;
  #state: BridgeState = { status: 'starting' };
  #patience: NodeJS.Timeout | undefined;
  #hasLeft = false;
  /** Most that can wait of what this server sent unasked, in characters. */
  #ahead = 0;

  /**
   * @param open makes the way to the real server; not started
   * @param patienceMs how long the program, which sends no prompt until then, waits for its first answer
   * @param waiting bytes that the program has yet to read
   */
  constructor(
    name: string,
    parts: {
      readonly open: () => Promise<Transport>;
      readonly onState: (state: BridgeState) => void;
      readonly patienceMs: number;
      readonly waiting: () => number;
    },
  ) {
    super({ name, version: '1' });
    this.#open = parts.open;
    this.#onState = parts.onState;
    this.#patienceMs = parts.patienceMs;
    this.#waiting = parts.waiting;
  }

  override async connect(program: Transport): Promise<void> {
    this.#program = program;
    program.onmessage = (message) => this.#toServer(message);
    program.onclose = () => void this.leave();
    await program.start();
    this.#patience = setTimeout(() => this.#giveUp(), this.#patienceMs).unref();
    // Not waited for: the program goes on without a server that is slow.
    void this.#connectReal();
  }

  /** Nothing more passes; the way to the server is closed. Settles when it is. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#fail(null);
    await this.#closeReal();
  }

  async #connectReal(): Promise<void> {
    try {
      const real = await this.#open();
      real.onmessage = (message: JSONRPCMessage) => this.#toProgram(message, real);
      real.onclose = () => this.#fail(null);
      real.onerror = (error) => {
        if (endsConnection(error)) this.#fail(error);
      };
      if (this.#hasLeft) return;
      await real.start();
      this.#real = real;
      if (this.#hasLeft) await this.#closeReal();
      for (const message of this.#early.splice(0)) this.#sendOn(real, message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #toServer(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message) {
      this.#asked.add(message.id);
      if (message.method === 'initialize') this.#initialize = message.id;
      else if (lists.test(message.method)) this.#expectSoon(message.id);
    }
    if (this.#state.status === 'failed' || this.#state.status === 'late') this.#answerAll();
    else if (this.#real === null) this.#early.push(message);
    else this.#sendOn(this.#real, message);
  }

  /** A server that does not even say what it has is one that does not work. */
  #expectSoon(id: RequestId): void {
    setTimeout(() => {
      if (this.#asked.has(id)) this.#fail(null);
    }, this.#patienceMs).unref();
  }

  #sendOn(real: Transport, message: JSONRPCMessage): void {
    real.send(message).catch((error: unknown) => {
      // Before it has ever answered there is nothing to go on with; later it may be this one request.
      if (this.#state.status !== 'connected' || endsSession(error)) this.#fail(error);
      else if ('id' in message && 'method' in message)
        this.#refuse(message.id, error instanceof ServerRefusal ? error : null);
    });
  }

  #toProgram(message: JSONRPCMessage, real: Transport): void {
    if (!('method' in message) && 'id' in message && message.id !== undefined) {
      if (message.id === this.#initialize) this.#hearFirst(message, real);
      if (!this.#asked.delete(message.id)) return;
    } else if (!this.#mayWait(message)) {
      this.#fail(
        new ServerRefusal('It sends more than can be read.', 'Look at what it does, or switch it off.'),
      );
      return;
    }
    void this.#program?.send(message).catch(() => undefined);
  }

  /** The SDK takes every message at once, however slowly the program reads: what a server sends unasked would fill the memory. */
  #mayWait(message: JSONRPCMessage): boolean {
    // Of those before it no more are there than wait at all.
    this.#ahead = Math.min(this.#ahead, this.#waiting()) + JSON.stringify(message).length;
    return this.#ahead <= longestMessage;
  }

  #hearFirst(message: JSONRPCMessage, real: Transport): void {
    this.#initialize = null;
    if (this.#state.status === 'failed') {
      if ('result' in message) this.#set({ status: 'late' });
      void this.leave();
      return;
    }
    if (!('result' in message)) {
      this.#fail('error' in message ? new Error(message.error.message) : null);
      return;
    }
    clearTimeout(this.#patience);
    const { protocolVersion } = message.result;
    if (typeof protocolVersion === 'string') real.setProtocolVersion?.(protocolVersion);
    this.#set({ status: 'connected' });
  }

  /** The program goes on without it; the server may still get ready for the next one. */
  #giveUp(): void {
    this.#patience = setTimeout(() => void this.#closeReal(), longestStartMs).unref();
    this.#fail(null, false);
  }

  #fail(cause: unknown, closes = true): void {
    const isKnown = this.#state.status === 'failed' || this.#state.status === 'late';
    if (closes) clearTimeout(this.#patience);
    if (!isKnown) {
      const failed = { status: 'failed', cause, wasConnected: this.#state.status === 'connected' } as const;
      // That the program has left says nothing of the server: with new settings another program has it, where it may work already.
      if (this.#hasLeft) this.#state = failed;
      else this.#set(failed);
      this.#answerAll();
    }
    if (closes) void this.#closeReal();
  }

  /** Once: some ways tell that they are closed while they are being closed. */
  async #closeReal(): Promise<void> {
    const real = this.#real;
    this.#real = null;
    if (real === null) return;
    delete real.onclose;
    await real.close();
  }

  #set(state: BridgeState): void {
    this.#state = state;
    this.#onState(state);
  }

  #answerAll(): void {
    for (const id of [...this.#asked]) this.#refuse(id);
  }

  /** @param why what the agent reads; null: that there is no answer */
  #refuse(id: RequestId, why: ServerRefusal | null = null): void {
    if (!this.#asked.delete(id)) return;
    const words = why === null ? undefined : `${why.message} ${why.nextStep}`;
    void this.#program?.send(noAnswer(id, words)).catch(() => undefined);
  }
}
