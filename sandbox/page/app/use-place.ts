import { useCallback, useEffect, useState } from "preact/hooks";
import { type Place, placeOf, searchOf } from "./place.ts";

/** Where the page is, and how to go elsewhere: each step is one of the browser's history. */
export function usePlace(): readonly [place: Place, go: (change: Partial<Place>) => void] {
  const [place, setPlace] = useState(() => placeOf(location.search));
  useEffect(() => {
    const onPopState = () => setPlace(placeOf(location.search));
    addEventListener("popstate", onPopState);
    return () => removeEventListener("popstate", onPopState);
  }, []);
  const go = useCallback((change: Partial<Place>) => {
    const present = placeOf(location.search);
    const next = { ...present, ...change };
    if (searchOf(next) === searchOf(present)) return;
    history.pushState(null, "", `${location.pathname}${searchOf(next)}`);
    setPlace(next);
  }, []);
  return [place, go];
}
