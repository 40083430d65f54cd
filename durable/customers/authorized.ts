/** What a home does about authorisations: consent, tokens, pay by token, end. */
import type {
  AuthorizationInspection,
  AuthorizationReport,
  CancelTokenCommand,
  CancelTokenReply,
  ConsentCommand,
  ConsentReply,
  Consulted,
  GrantCommand,
  GrantReply,
  OtpBearer,
  TokenPayCommand,
  TokenPayReply,
} from "../authorizations/messages.ts";
import type { AuthNotifyType } from "../authorizations/notifications.ts";
import type { Env } from "../env.ts";
import type { Busy, EvaluateReply, PayCommand, PayReply } from "../messages.ts";
import { type Home, unlessDirectoryIsSilent } from "./home.ts";
import { OperatedCustomers } from "./operated.ts";

/** The part of a home that is called about authorisations. Its public methods are part of the home's RPC interface. */
export abstract class AuthorizedCustomers extends OperatedCustomers {
  readonly #home: Home;

  constructor(context: DurableObjectState, env: Env, home: Home) {
    super(context, env, home);
    this.#home = home;
  }

  abstract pay(command: PayCommand): Promise<PayReply | Busy>;
  abstract evaluate(command: PayCommand): Promise<EvaluateReply | Busy>;

  /** A customer agrees to an authorisation that the directory has given to this home. */
  consent(command: ConsentCommand): ConsentReply {
    return this.ctx.storage.transactionSync(() => this.#home.authorizations.consent(command));
  }

  /** Exchanges an authCode or a refresh token for a pair of tokens. */
  grant(command: GrantCommand): GrantReply {
    return this.ctx.storage.transactionSync(() => this.#home.authorizations.grant(command));
  }

  /** Ends the authorisation of an access token. */
  cancelToken(command: CancelTokenCommand): CancelTokenReply {
    return this.ctx.storage.transactionSync(() => this.#home.authorizations.cancelToken(command));
  }

  /**
   * Ends an authorisation for its customer, unless it has another access token than Alipay+ was consulted about;
   * undefined when the customer has none like it.
   */
  endAuthorization(authorizationId: string, customerId: string, consulted: Consulted): AuthorizationReport | undefined {
    const { authorizations } = this.#home;
    return this.ctx.storage.transactionSync(() => authorizations.endOfCustomer(authorizationId, customerId, consulted));
  }

  /** Ends an authorisation for the wallet. */
  endAuthorizationOfWallet(authorizationId: string): void {
    this.ctx.storage.transactionSync(() => this.#home.authorizations.endOfWallet(authorizationId));
  }

  /**
   * Pays, or evaluates, with an access token. An unknown token stores nothing; a payment with one that is known but may
   * not pay is stored, as every other refusal.
   */
  async payByToken(command: TokenPayCommand, isEvaluation: boolean): Promise<TokenPayReply> {
    const { digest, customerId: named, authClientId, ...payment } = command;
    const record = this.#home.authorizations.ofAccessToken(digest);
    if (!record) return { reply: await this.#unlessKnown(command, { outcome: "REFUSED", reason: "TOKEN_INVALID" }) };
    const { customerId, authorizationId } = record;
    if (named !== undefined && named !== customerId) {
      return { reply: await this.#unlessKnown(command, { outcome: "CUSTOMER_DIFFERS" }) };
    }
    const terms = { ...command.terms, customerId, paymentCode: undefined, authorizationId };
    const complete: PayCommand = { ...payment, terms, token: { digest, authClientId } };
    return { customerId, reply: await (isEvaluation ? this.evaluate(complete) : this.pay(complete)) };
  }

  /** The customer of a one-time password that is requested with an access token, or why it is refused. */
  otpBearer(digest: string): OtpBearer {
    return this.#home.authorizations.otpBearer(digest);
  }

  /**
   * An authorisation; undefined when the customer has none like it.
   *
   * @param customerId undefined for a service that acts for all customers
   */
  authorization(authorizationId: string, customerId: string | undefined): AuthorizationReport | undefined {
    return this.#home.authorizations.report(authorizationId, customerId);
  }

  /** A customer's authorisations, the newest consent first: at most `limit` after the id `after`, `""` at first. */
  authorizationsOf(customerId: string, after: string, limit: number): AuthorizationReport[] {
    return this.#home.authorizations.reportsOf(customerId, after, limit);
  }

  /** What an operator may see of an authorisation. */
  inspectAuthorization(authorizationId: string): AuthorizationInspection | undefined {
    return this.#home.authorizations.inspect(authorizationId);
  }

  /** Notifies Alipay+ again of what holds now; undefined for an unknown authorisation. */
  notifyAuthorizationAgain(authorizationId: string): readonly AuthNotifyType[] | undefined {
    return this.ctx.storage.transactionSync(() => this.#home.authorizations.notifyAgain(authorizationId));
  }

  /**
   * The reply to a message that is refused without being stored: the refusal, unless its payment is known, here or at
   * another home. INVALID_TOKEN for a repeat would switch Auto Debit off after a payment that succeeded.
   */
  #unlessKnown({ paymentId }: TokenPayCommand, refusal: TokenPayReply["reply"]): Promise<TokenPayReply["reply"]> {
    return unlessDirectoryIsSilent<TokenPayReply["reply"]>({ outcome: "IN_PROCESS" }, async () => {
      const place = await this.#home.directory.findPayment(paymentId);
      if (!place) return refusal;
      // Another token or customer than those that the payment was claimed with.
      return { outcome: place.outcome === "CLOSED" ? "CLOSED" : "INCONSISTENT" };
    });
  }
}
