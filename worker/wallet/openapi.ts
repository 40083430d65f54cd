import type { WalletRoute } from "./route.ts";

export type Operation = { readonly [member: string]: unknown };

export function operationOf<Body, Reply extends object>(route: WalletRoute<Body, Reply>): Operation {
  return { operationId: route.name };
}
