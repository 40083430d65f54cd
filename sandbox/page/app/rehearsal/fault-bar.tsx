import type { FaultSwitches } from "./use-faults.ts";

/** Visible from every part of the page while a fault is on, so that an injected fault is not mistaken for a bug. */
export function FaultBar({ faults, onShow }: { faults: FaultSwitches; onShow: () => void }) {
  const { rules, endAll } = faults;
  const text = rules.length === 0 ? "" : rules.length === 1 ? "1 fault on" : `${rules.length} faults on`;
  return (
    <>
      <p class="visually-hidden" role="status">
        {text}
      </p>
      {rules.length > 0 && (
        <aside class="fault-bar" aria-label="Faults">
          <b>
            <span aria-hidden="true">⚠ </span>
            {text}
          </b>
          <button type="button" onClick={onShow}>
            Show
          </button>
          <button type="button" onClick={endAll}>
            Switch all off
          </button>
        </aside>
      )}
    </>
  );
}
