/** Faults as switches: what happens to the messages of a link, until it is switched off, or once. */
import { useId, useState } from "preact/hooks";
import type { CatalogueEntry, Link, Rule } from "../calls/rehearsal.ts";
import {
  countOn,
  faultsOf,
  faultText,
  LINK_LABELS,
  linksIn,
  linkText,
  rulesOf,
  ruleText,
  storyOf,
} from "./fault-messages.ts";
import type { FaultSwitches } from "./use-faults.ts";

const DELAYS_S = ["1", "3", "6", "12", "30", "60"] as const;

/** The switches. */
export function FaultsTool({ faults }: { faults: FaultSwitches }) {
  const [link, setLink] = useState<Link>("ALIPAYPLUS_TO_MPP");
  const [interfaceName, setInterface] = useState("");
  const [delay, setDelay] = useState("3");
  const { catalogue, rules, failure } = faults;
  return (
    <div class="tool faults-tool">
      <ActiveRules faults={faults} />
      <fieldset class="choice links">
        <legend>Messages from and to</legend>
        <div class="choice-options">
          {linksIn(catalogue).map((each) => {
            const count = countOn(rules, each, catalogue);
            return (
              <label key={each}>
                <input
                  type="radio"
                  name="link"
                  checked={each === link}
                  onChange={() => {
                    setLink(each);
                    setInterface("");
                  }}
                />
                <span>
                  {linkText(each)}
                  {count > 0 && (
                    <b class="count">
                      {count}
                      <span class="visually-hidden"> on</span>
                    </b>
                  )}
                </span>
              </label>
            );
          })}
        </div>
      </fieldset>
      <div class="fields">
        <label>
          Interface
          <select value={interfaceName} onChange={({ currentTarget }) => setInterface(currentTarget.value)}>
            <option value="">every one</option>
            {LINK_LABELS[link].interfaces.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Delays take
          <select value={delay} onChange={({ currentTarget }) => setDelay(currentTarget.value)}>
            {DELAYS_S.map((seconds) => (
              <option key={seconds} value={seconds}>
                {seconds} s
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
      <ul class="faults">
        {faultsOf(catalogue, link, interfaceName).map((entry) => (
          <FaultSwitch
            key={`${link} ${interfaceName} ${entry.fault}`}
            entry={entry}
            faults={faults}
            place={{ link, interfaceName, delayMs: Number(delay) * 1_000 }}
          />
        ))}
      </ul>
    </div>
  );
}

/** The messages that a fault is for, and its delay where it has one. */
type Place = { readonly link: Link; readonly interfaceName: string; readonly delayMs: number };

type FaultSwitchProps = { readonly entry: CatalogueEntry; readonly faults: FaultSwitches; readonly place: Place };

function FaultSwitch({ entry, faults, place }: FaultSwitchProps) {
  const id = useId();
  const { fault, delayMs } = entry;
  const { link, interfaceName } = place;
  const isOfSwitch = (rule: Rule) => rulesOf([rule], fault, link, interfaceName).length > 0;
  const isOn = faults.rules.some(isOfSwitch);
  const wish = {
    fault,
    link,
    ...(interfaceName !== "" && { interface: interfaceName }),
    ...(delayMs !== undefined && { delayMs: String(place.delayMs) }),
  };
  return (
    <li>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-labelledby={`${id}-name`}
          aria-describedby={`${id}-story`}
          aria-checked={isOn}
          checked={isOn}
          onChange={() => (isOn ? faults.end(isOfSwitch) : faults.add(wish))}
        />
        <span>
          <span id={`${id}-name`}>{faultText(fault)}</span>
          <span class="story" id={`${id}-story`}>
            {storyOf(entry, place.delayMs)}
          </span>
        </span>
      </label>
      <button
        type="button"
        aria-label={`${faultText(fault)}, once`}
        onClick={() => faults.add({ ...wish, times: "1" })}
      >
        Once
      </button>
    </li>
  );
}

function ActiveRules({ faults: { rules, end, endAll } }: { faults: FaultSwitches }) {
  if (rules.length === 0) return <p class="dim active-rules">No fault is on: every message arrives as it was sent.</p>;
  return (
    <div class="active-rules">
      <ul class="rules" aria-label="Faults that are on">
        {rules.map((rule) => (
          <li key={rule.ruleId}>
            <span>{ruleText(rule)}</span>
            <button
              type="button"
              aria-label={`Switch off: ${ruleText(rule)}`}
              onClick={() => end(({ ruleId }) => ruleId === rule.ruleId)}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={endAll}>
        Switch all off
      </button>
    </div>
  );
}
