/** Runs one piece of work per key at a time: every caller that asks while it runs gets the same promise. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** Whether any work is running. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** Starts `work`, or joins the one that runs for `key`. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  /** The work that runs for `key`, if any. */
  get(key: string): Promise<T> | undefined {
    return this.#running.get(key);
  }
}
