/** Files share a runtime: each begins with objects that remember nothing, with the runtime's clock, and Alipay+ out of service. */
import { reset } from "cloudflare:test";
import { beforeAll, vi } from "vitest";
import { setAlipayPlus } from "./alipayplus-binding.ts";

beforeAll(async () => {
  vi.useRealTimers();
  setAlipayPlus();
  await reset();
});
