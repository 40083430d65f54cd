/**
 * The code rules of the sandbox: one for each way in which a rule can match a code and make a URL of it.
 *
 * Source: docs/spec/code-rules.md.
 */
import type { JsonObject } from "../../../protocol/json.ts";
import { BARCODE_ORDER_CODE_START, MPM_ORDER_CODE_START, PRIVATE_ORDER_CODE_START } from "../order-code-value.ts";

/** The user agent by which the sandbox's merchants know the wallet. */
export const WALLET_USER_AGENT = "AlipayPlus PlusgateWallet/1.0";

/** Order codes; a lower number would win against them. */
const ORDER_CODES: readonly JsonObject[] = [
  {
    codeMatchPattern: { matchMethod: "PREFIX", prefix: PRIVATE_ORDER_CODE_START, priority: "100" },
    postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
  },
  {
    codeMatchPattern: {
      matchMethod: "REGEX",
      regex: `${MPM_ORDER_CODE_START.replaceAll(".", "\\.")}[0-9]{3}[!-~]+`,
      priority: "100",
    },
    postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
  },
  {
    codeMatchPattern: { matchMethod: "REGEX", regex: `${BARCODE_ORDER_CODE_START}[0-9]{16}`, priority: "100" },
    postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
  },
];

/** Entry codes: displayed in a shop, they lead to a page of the acquirer. */
const ENTRY_CODES: readonly JsonObject[] = [
  {
    codeMatchPattern: {
      matchMethod: "EMVCO",
      emvMatchRules: [
        {
          isPrimitiveMerchant: "false",
          extendedMerchantTag: "26",
          extendedMerchantValue: "S<com.example.plusgate>",
          "58": "JP",
        },
      ],
      priority: "200",
    },
    postCodeMatchAction: {
      postCodeMatchActionType: "OPEN_URL",
      urlConstructionMethod: "EXTRACT_URL_FROM_EMVCODE",
      emvUrlTag: "8001",
      userAgent: WALLET_USER_AGENT,
    },
  },
  {
    codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://shop.plusgate.example/", priority: "200" },
    postCodeMatchAction: {
      postCodeMatchActionType: "OPEN_URL",
      urlConstructionMethod: "USE_DIRECTLY",
      userAgent: WALLET_USER_AGENT,
    },
  },
  {
    codeMatchPattern: { matchMethod: "PREFIX", prefix: "https://menu.plusgate.example/" },
    postCodeMatchAction: {
      postCodeMatchActionType: "OPEN_URL",
      urlConstructionMethod: "CONSTRUCT_DYNAMIC_URL",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are for the wallet to fill in.
      dynamicUrlExpression: "https://shop.plusgate.example/menu?code=${codeValue}&issuer=${issuer}",
      userAgent: WALLET_USER_AGENT,
    },
  },
];

/** All rules, in the form in which they go out. */
export const CODE_RULES: readonly JsonObject[] = [...ORDER_CODES, ...ENTRY_CODES];
