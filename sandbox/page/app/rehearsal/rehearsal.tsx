/** The tools of the rehearsal, of which one is open at a time: faults, clock, market, clearing files, reset. */
import { useEffect, useRef } from "preact/hooks";
import { ClearingTool } from "./clearing-tool.tsx";
import { ClockText, ClockTool } from "./clock-tool.tsx";
import { FaultsTool } from "./faults-tool.tsx";
import { MarketTool } from "./market-tool.tsx";
import { ResetTool } from "./reset-tool.tsx";
import { TOOLS, type Tool } from "./tools.ts";
import type { RehearsalClock } from "./use-clock.ts";
import type { FaultSwitches } from "./use-faults.ts";

/** The properties of the tools. */
type RehearsalProps = {
  /** Missing: none is open. */
  readonly tool: Tool | undefined;
  readonly onTool: (tool: Tool | undefined) => void;
  readonly faults: FaultSwitches;
  readonly clock: RehearsalClock;
  /** Changes with everything that may have changed the market. */
  readonly occasion: string;
  readonly walletCurrency: string;
  readonly onReset: () => void;
};

/** A row of buttons, and the tool that the chosen one opens. */
export function Rehearsal(props: RehearsalProps) {
  const { tool, onTool, faults, clock } = props;
  const buttons = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (tool !== undefined) panel.current?.scrollTo({ top: 0 });
  }, [tool]);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key !== "Escape" || tool === undefined) return;
    buttons.current?.querySelector<HTMLElement>("[aria-expanded=true]")?.focus();
    onTool(undefined);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what any control in here has opened
    <div class="rehearsal" aria-busy={faults.isBusy || clock.isBusy} onKeyDown={onKeyDown}>
      <div class="tools" ref={buttons}>
        {TOOLS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-expanded={name === tool}
            aria-controls="tool"
            onClick={() => onTool(name === tool ? undefined : name)}
          >
            {label}
            {name === "FAULTS" && faults.rules.length > 0 && (
              <b class="count">
                {faults.rules.length}
                <span class="visually-hidden"> on</span>
              </b>
            )}
          </button>
        ))}
        <span class="clock number" title="The time of the rehearsal, UTC+8">
          <ClockText />
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark */}
      <div id="tool" role="group" aria-label={nameOf(tool)} class="panel" ref={panel} hidden={tool === undefined}>
        <ToolView {...props} />
      </div>
    </div>
  );
}

function nameOf(tool: Tool | undefined): string | undefined {
  return TOOLS.find(([name]) => name === tool)?.[1];
}

function ToolView({ tool, faults, clock, occasion, walletCurrency, onReset }: RehearsalProps) {
  switch (tool) {
    case "FAULTS":
      return <FaultsTool faults={faults} />;
    case "CLOCK":
      return <ClockTool clock={clock} />;
    case "MARKET":
      return <MarketTool occasion={occasion} walletCurrency={walletCurrency} />;
    case "CLEARING":
      return <ClearingTool clock={clock} />;
    case "RESET":
      return <ResetTool onReset={onReset} />;
    case undefined:
      return null;
  }
}
