/** Why the wallet's core gave no answer, as operators read it. */
import { type CoreTrouble, troubleText } from "../../durable/wallet-core/trouble.ts";
import { formatTime } from "../../protocol/time.ts";

/** The members of the log line `core-unanswered`, with the time. */
export function coreTroubleView({ timeMs, ...trouble }: CoreTrouble): object {
  return { time: formatTime(timeMs), ...trouble, message: `The core ${troubleText(trouble)}` };
}
