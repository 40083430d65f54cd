/** What the scopes of an authorisation let a merchant see. */
import type { AuthorizationRecord } from "./records.ts";

const LOGIN_ID_SCOPE = "USER_LOGIN_ID";

/** The masked login of the customer; undefined without the scope for it. */
export function visibleLoginId({
  terms,
  userLoginId,
}: Pick<AuthorizationRecord, "terms" | "userLoginId">): string | undefined {
  return terms.scopes.includes(LOGIN_ID_SCOPE) ? userLoginId : undefined;
}
