/** Calls to the directory's shards. */
import type { Configuration, Env } from "../env.ts";
import { callShard } from "../platform/call-shard.ts";
import { shardOf } from "../platform/shard.ts";
import type { CodePlace, Directory, PaymentPlace, RefundPlace, RegistrationClaim } from "./object.ts";
import type { PrepareCommand, PreparedPlace } from "./prepared.ts";

/** Runs a call to a shard; a home has its own way, with a deadline. */
type CallDirectory = <R>(shard: number, call: (directory: DurableObjectStub<Directory>) => Promise<R>) => Promise<R>;

/** What needs the directory: the edge, or a home. */
type DirectoryCaller = { readonly env: Env; readonly configuration: Configuration };

/** The directory of a deployment. A call rejects when its shard cannot be reached. */
export class DirectoryClient {
  readonly #shardCount: number;
  readonly #call: CallDirectory;

  /** @param call missing: callShard, which tries once more when the runtime says that it may */
  constructor({ env, configuration }: DirectoryCaller, call?: CallDirectory) {
    const { shardCount, locationHint } = configuration;
    this.#shardCount = shardCount;
    this.#call = call ?? ((shard, ask) => callShard(env.DIRECTORY, shard, locationHint, ask));
  }

  /** Claims a payment for a home; the answer names the first claim. */
  claimPayment(paymentId: string, home: number, expiryTimeMs: number): Promise<PaymentPlace> {
    return this.#on(paymentId, async (directory) => directory.claimPayment(paymentId, home, expiryTimeMs));
  }

  /** Where a payment is; undefined when it was never claimed. */
  findPayment(paymentId: string): Promise<PaymentPlace | undefined> {
    return this.#on(paymentId, async (directory) => directory.findPayment(paymentId));
  }

  /** Where the payment of a cancel is; closed from now on when it was never claimed. */
  closePayment(paymentId: string, nowMs: number): Promise<PaymentPlace> {
    return this.#on(paymentId, async (directory) => directory.closePayment(paymentId, nowMs));
  }

  /** Binds a refund to the first payment that it names. */
  claimRefund(refundId: string, paymentId: string, paymentIsUnknown: boolean): Promise<RefundPlace> {
    return this.#on(refundId, async (directory) => directory.claimRefund(refundId, paymentId, paymentIsUnknown));
  }

  /** Binds codes to their customer, and returns those that may be shown. */
  async registerCodes(codes: readonly string[], owner: string): Promise<string[]> {
    const ofShard = Map.groupBy(codes, (code) => shardOf(code, this.#shardCount));
    const calls = [...ofShard].map(([shard, part]) =>
      this.#call(shard, async (directory) => directory.registerCodes(part, owner)),
    );
    return (await Promise.all(calls)).flat();
  }

  /** Claims a code for a payment. */
  claimCode(code: string, owner: string, paymentId: string): Promise<CodePlace> {
    return this.#on(code, async (directory) => directory.claimCode(code, owner, paymentId));
  }

  /** What is known of a code. */
  findCode(code: string): Promise<CodePlace | undefined> {
    return this.#on(code, async (directory) => directory.findCode(code));
  }

  /** Claims a registration of a merchant for what it says. */
  claimRegistration(registrationId: string, fingerprint: string): Promise<RegistrationClaim> {
    return this.#on(registrationId, async (directory) => directory.claimRegistration(registrationId, fingerprint));
  }

  /** Prepares an authorisation, or prepares it again. */
  prepareAuthorization(command: PrepareCommand, nowMs: number): Promise<"PREPARED" | "INCONSISTENT"> {
    return this.#on(command.preparedId, async (directory) => directory.prepareAuthorization(command, nowMs));
  }

  /** What is known of a prepared authorisation. */
  findPrepared(preparedId: string, nowMs: number): Promise<PreparedPlace> {
    return this.#on(preparedId, async (directory) => directory.findPrepared(preparedId, nowMs));
  }

  /** Gives a prepared authorisation to the customer who agrees first, by the digest of `ownerOf`, and to the home. */
  agreeToPrepared(preparedId: string, home: number, nowMs: number, owner: string): Promise<PreparedPlace> {
    return this.#on(preparedId, async (directory) => directory.agreeToPrepared(preparedId, home, nowMs, owner));
  }

  /** A customer declines a prepared authorisation that no home has. TAKEN when one has it by now. */
  declinePrepared(preparedId: string, nowMs: number): Promise<PreparedPlace> {
    return this.#on(preparedId, async (directory) => directory.declinePrepared(preparedId, nowMs));
  }

  /** The home of its customer has what was prepared. */
  forgetPrepared(preparedId: string): Promise<void> {
    return this.#on(preparedId, async (directory) => directory.forgetPrepared(preparedId));
  }

  #on<R>(key: string, call: (directory: DurableObjectStub<Directory>) => Promise<R>): Promise<R> {
    return this.#call(shardOf(key, this.#shardCount), call);
  }
}
