/**
 * The connections of an object to other servers. The runtime opens six at once for an invocation, and an object shares
 * them among all its requests: a seventh call waits inside the runtime while its time limit runs. Here it waits before
 * it is sent.
 */

const CONNECTION_LIMIT = 6;

/** Work that waits for a connection. */
type Waiting = { readonly turn: number; readonly begin: () => void };

/** Hands out connections, oldest turn first. */
export class Connections {
  #openCount = 0;
  #lastTurn = 0;
  readonly #waiting: Waiting[] = [];

  /** A turn for one operation, which it keeps for all its tries. */
  takeTurn(): number {
    this.#lastTurn += 1;
    return this.#lastTurn;
  }

  /**
   * Runs work as soon as a connection is free and no older turn waits; the connection is free again when the work ends.
   *
   * @throws what the work throws
   */
  async run<Outcome>(turn: number, work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#openCount < CONNECTION_LIMIT) this.#openCount += 1;
    else await new Promise<void>((begin) => this.#enqueue({ turn, begin }));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  #enqueue(waiting: Waiting): void {
    const younger = this.#waiting.findIndex(({ turn }) => turn > waiting.turn);
    this.#waiting.splice(younger < 0 ? this.#waiting.length : younger, 0, waiting);
  }

  /** A connection goes straight to the next in the queue: no later call comes between. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next) next.begin();
    else this.#openCount -= 1;
  }
}
