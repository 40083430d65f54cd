/**
 * The sender's fault: answered with a 4xx, nothing is done or stored. It is never a refusal (rule 7 of docs/core.md).
 */
export class Rejection extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
