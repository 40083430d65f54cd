/** The messages to the wallet's own core, as the gateway writes and reads them. */
export { ANSWER_LIMIT_BYTES } from "../../durable/wallet-core/http/exchange.ts";
export { messageIdOf } from "../../durable/wallet-core/http/messages.ts";
export { type CoreOperation, coreMessages } from "../../durable/wallet-core/http/schema.ts";
export { type HttpCoreSettings, parseHttpCoreSettings, webhookOf } from "../../durable/wallet-core/http/settings.ts";
