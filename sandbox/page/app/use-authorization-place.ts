import { useEffect, useRef } from "preact/hooks";
import type { Phone } from "./phone/use-phone.ts";
import type { Place } from "./place.ts";

/**
 * Keeps the authorisation page that the phone shows and the one of the page's URL the same. The address of the wallet's
 * authorisation page leads here, too (docs/sandbox/endpoints.md#subscriptions).
 *
 * @param customerId whose phone it is; missing while there is no such customer
 */
export function useAuthorizationPlace(
  { screen, show, authorize }: Phone,
  customerId: string | undefined,
  { preparedId }: Place,
  go: (change: Partial<Place>) => void,
): void {
  const shown = screen.name === "AUTHORIZE" ? screen.preparedId : undefined;
  const before = useRef(shown);
  useEffect(() => {
    if (customerId === undefined || preparedId === shown) return;
    if (preparedId === undefined) show("CODE");
    else authorize(preparedId);
  }, [customerId, preparedId]);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    go({ preparedId: shown });
  }, [shown]);
}
