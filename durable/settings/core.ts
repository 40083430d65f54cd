/** The settings of the wallet's core: which one it is follows from `CORE` alone, never from what is missing. */
import { coreSecretFault, coreUrlFault, httpCoreUrl } from "../wallet-core/http/settings.ts";
import { type SettingFault, settingFault } from "./fault.ts";
import type { Settings } from "./settings.ts";

/** The core of a deployment. */
export type Core =
  | { readonly kind: "EMBEDDED"; readonly name: "EMBEDDED" }
  | { readonly kind: "HTTP"; readonly name: string; readonly url: string; readonly secret: string };

const EMBEDDED: Core = { kind: "EMBEDDED", name: "EMBEDDED" };
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const NAME_FORM = "set 1 to 64 letters, digits, dots, _ or -, and keep it as long as this core has payments";

/** Reads them; the faults name every setting that is wrong. */
export function readCore(settings: Settings): { readonly core: Core } | { readonly faults: readonly SettingFault[] } {
  switch (settings.CORE) {
    case "EMBEDDED":
      return readEmbeddedCore(settings);
    case "HTTP":
      return readHttpCore(settings);
    default: {
      const state = settings.CORE === undefined ? "is missing" : "names no kind of core";
      const choice = "set EMBEDDED (the gateway's own ledger) or HTTP (with CORE_NAME, CORE_URL and CORE_SECRET)";
      return { faults: [settingFault("CORE", `${state}; ${choice}`)] };
    }
  }
}

function readEmbeddedCore({ CORE_NAME, CORE_URL, CORE_SECRET }: Settings): ReturnType<typeof readCore> {
  const faults = Object.entries({ CORE_URL, CORE_SECRET })
    .filter(([, text]) => text !== undefined)
    .map(([name]) =>
      settingFault(name, "does not go with CORE=EMBEDDED; set CORE=HTTP and CORE_NAME with it, or take it out"),
    );
  if (CORE_NAME !== undefined && CORE_NAME !== EMBEDDED.name) {
    faults.push(
      settingFault("CORE_NAME", "names another core than CORE=EMBEDDED; set CORE=HTTP with it, or take it out"),
    );
  }
  return faults.length > 0 ? { faults } : { core: EMBEDDED };
}

function readHttpCore({ CORE_NAME, CORE_URL, CORE_SECRET }: Settings): ReturnType<typeof readCore> {
  const missing = "is missing, and CORE is HTTP";
  const faults: SettingFault[] = [];
  if (CORE_NAME === undefined) faults.push(settingFault("CORE_NAME", `${missing}; ${NAME_FORM}`));
  else if (CORE_NAME === EMBEDDED.name)
    faults.push(settingFault("CORE_NAME", "is EMBEDDED, and CORE is HTTP; set the core's own name"));
  else if (!NAME.test(CORE_NAME)) faults.push(settingFault("CORE_NAME", `has another form; ${NAME_FORM}`));

  const urlFault = CORE_URL === undefined ? `${missing}; set the URL of the core` : coreUrlFault(CORE_URL);
  if (urlFault !== undefined) faults.push(settingFault("CORE_URL", urlFault));
  const secretFault =
    CORE_SECRET === undefined ? `${missing}; put the secret that the core shares` : coreSecretFault(CORE_SECRET);
  if (secretFault !== undefined) faults.push(settingFault("CORE_SECRET", secretFault));

  if (CORE_NAME === undefined || CORE_URL === undefined || CORE_SECRET === undefined || faults.length > 0) {
    return { faults };
  }
  return { core: { kind: "HTTP", name: CORE_NAME, url: httpCoreUrl(CORE_URL), secret: CORE_SECRET } };
}
