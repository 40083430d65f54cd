/** Changes to what a cashier URL is, and to what its landing takes. */
import type { Change } from "../change.ts";

const CASHIER_URL = "protocol/cashier-url.ts";
const OPEN_ORDER = "worker/wallet/scans/open-order.ts";

const CASHIER_TEST = "gateway test/gateway/wallet/cashier.test.ts";
const CASHIER_URL_TEST = "unit test/unit/protocol/cashier-url.test.ts";

/** The changes. */
export const CASHIER_CHANGES: readonly Change[] = [
  {
    name: "the landing of a cashier URL takes an order of a shop",
    file: OPEN_ORDER,
    find: 'origin === "CASHIER" && !isCashier',
    replacement: "false && !isCashier && origin",
    tests: [CASHIER_TEST],
  },
  {
    name: "a cashier URL of any scheme counts",
    file: CASHIER_URL,
    find: "url.protocol === registered.protocol &&",
    replacement: "",
    tests: [CASHIER_URL_TEST],
  },
  {
    name: "a cashier URL of any host counts",
    file: CASHIER_URL,
    find: "url.host === registered.host &&",
    replacement: "",
    tests: [CASHIER_URL_TEST],
  },
  {
    name: "a cashier URL of any path counts",
    file: CASHIER_URL,
    find: "url.pathname === registered.pathname &&",
    replacement: "",
    tests: [CASHIER_URL_TEST],
  },
  {
    name: "a cashier URL may have two code values",
    file: CASHIER_URL,
    find: 'codeValue !== "" && others.length === 0',
    replacement: 'codeValue !== "" && others',
    tests: [CASHIER_URL_TEST],
  },
  {
    name: "a code value goes into a cashier URL as it is",
    file: CASHIER_URL,
    find: "encodeURIComponent(codeValue)",
    replacement: "codeValue",
    tests: [CASHIER_URL_TEST, CASHIER_TEST],
  },
  {
    name: "a script may be registered as a cashier URL",
    file: CASHIER_URL,
    find: '"javascript:", ',
    replacement: "",
    tests: [CASHIER_URL_TEST],
  },
];
