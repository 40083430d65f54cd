/** The endpoints that list, add and end active rules of faults. */
import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { text } from "../../../protocol/parameters.ts";
import { activeRules, addRule, forgetFaults, RULES_LIMIT, removeRule } from "../../faults/active.ts";
import { CATALOGUE, FAULT_NAMES, type FaultName, isPossible, takesTime } from "../../faults/catalogue.ts";
import { DELAY_DEFAULT_MS, DELAY_LIMIT_MS } from "../../faults/fault.ts";
import { CORE_LINK, LINK_INTERFACES, LINKS, type Link, NO_CORE_LINK } from "../../faults/links.ts";
import type { Rule } from "../../faults/rules.ts";
import { checkedBody, refuse, refuseParameter, type SandboxContext } from "../../http.ts";
import { drawStateOf } from "../../rehearsal/draw.ts";
import { newId } from "../../rehearsal/request-id.ts";

const TIMES_LIMIT = 1_000_000;

/** A scalar, which may come as a number. */
const scalar = z.union([z.string(), z.number()]).transform(String);

const wish = z.strictObject({
  fault: z.enum(FAULT_NAMES, "is no fault; GET /sandbox/faults lists them"),
  link: z.enum(LINKS, `must be one of ${LINKS.join(", ")}`).optional(),
  interface: text(64).optional(),
  times: scalar
    .pipe(z.string().regex(/^[1-9][0-9]{0,6}$/, "must be a whole number from 1 on"))
    .transform(Number)
    .refine((times) => times <= TIMES_LIMIT, `must be at most ${TIMES_LIMIT}`)
    .optional(),
  delayMs: scalar
    .pipe(z.string().regex(/^[0-9]{1,5}$/, "must be a whole number of milliseconds"))
    .transform(Number)
    .refine((delayMs) => delayMs <= DELAY_LIMIT_MS, `must be at most ${DELAY_LIMIT_MS}`)
    .optional(),
  probability: scalar
    .pipe(z.string().regex(/^(0\.[0-9]{1,6}|1(\.0{1,6})?)$/, 'must be a decimal such as "0.25"'))
    .refine((probability) => Number(probability) > 0, "must be more than 0")
    .optional(),
  seed: text(64).optional(),
});

type Wish = z.infer<typeof wish>;

/** GET /sandbox/faults: the active rules, and every fault there is. */
export function getFaults(context: SandboxContext): Response {
  const catalogue = FAULT_NAMES.flatMap((fault) => {
    const { interfaces, what } = CATALOGUE[fault];
    const links = linksOf(context, fault);
    const delayMs = takesTime(fault) ? String(DELAY_DEFAULT_MS) : undefined;
    const entry = definedMembers({ fault, links, interfaces: interfaces && [...interfaces], delayMs, what });
    return links.length > 0 ? [entry] : [];
  });
  return context.json({ rules: activeRules().map(ruleJson), catalogue });
}

/** POST /sandbox/faults: applies a fault to every message that the rule matches, from now on. */
export async function postFault(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { parameters } = input;
  const illegal = contradictionOf(parameters, linksOf(context, parameters.fault));
  if (illegal) return refuseParameter(context, illegal.parameter, illegal.why);
  const rule = addRule(ruleOf(parameters));
  if (rule) return context.json(ruleJson(rule));
  return refuse(context, "TOO_MANY_RULES", `There are ${RULES_LIMIT} rules already: delete one first.`);
}

/** DELETE /sandbox/faults/{ruleId} */
export function deleteFault(context: SandboxContext): Response {
  if (removeRule(context.req.param("ruleId") ?? "")) return getFaults(context);
  return refuse(context, "RULE_UNKNOWN", "Illegal parameter ruleId: there is no such rule.");
}

/** DELETE /sandbox/faults: ends all rules, and forgets which messages have had a fault. */
export function deleteFaults(context: SandboxContext): Response {
  forgetFaults();
  return getFaults(context);
}

/** The links on which a fault exists here: the embedded core has none. */
function linksOf(context: SandboxContext, fault: FaultName): Link[] {
  const hasCore = context.get("parties").core !== undefined;
  return CATALOGUE[fault].links.filter((link) => link !== CORE_LINK || hasCore);
}

/** A rule that could never apply is a typo. @param existing the links on which the fault exists here */
function contradictionOf(
  wished: Wish,
  existing: readonly Link[],
): { readonly parameter: string; readonly why: string } | undefined {
  const { fault, link, interface: interfaceName, delayMs, probability, seed } = wished;
  if (existing.length === 0) return { parameter: "fault", why: `is of the link ${CORE_LINK}, which ${NO_CORE_LINK}` };
  if (link === CORE_LINK && CATALOGUE[fault].links.includes(link) && !existing.includes(link)) {
    return { parameter: "link", why: `${link} ${NO_CORE_LINK}` };
  }
  const links = link === undefined ? existing : [link];
  if (!links.some((known) => isPossibleOn(fault, known))) {
    return { parameter: "link", why: `${fault} does not exist on ${link}` };
  }
  if (interfaceName !== undefined && !links.some((known) => isPossibleOn(fault, known, interfaceName))) {
    return { parameter: "interface", why: `${fault} does not exist for ${interfaceName} on ${links.join(", ")}` };
  }
  if (delayMs !== undefined && !takesTime(fault)) return { parameter: "delayMs", why: `${fault} takes no time` };
  if (seed !== undefined && probability === undefined) {
    return { parameter: "seed", why: "needs a probability: nothing else is drawn" };
  }
  return undefined;
}

function isPossibleOn(fault: FaultName, link: Link, interfaceName?: string): boolean {
  return LINK_INTERFACES[link].some(
    (known) => (interfaceName ?? known) === known && isPossible(fault, { link, interface: known, isOlder: true }),
  );
}

function ruleOf(wished: Wish): Omit<Rule, "ruleId"> {
  const { fault, link, interface: interfaceName, times, delayMs = DELAY_DEFAULT_MS, probability } = wished;
  const { seed = newId() } = wished;
  return {
    name: fault,
    delayMs,
    ...(link && { link }),
    ...(interfaceName !== undefined && { interface: interfaceName }),
    ...(times !== undefined && { timesLeft: times }),
    ...(probability !== undefined && {
      random: {
        probability: Number(probability),
        probabilityText: probability,
        seed,
        drawState: drawStateOf(seed),
      },
    }),
  };
}

/** A rule as it is shown: `times` is how often it still strikes. */
function ruleJson({ ruleId, name, link, interface: interfaceName, timesLeft, delayMs, random }: Rule) {
  return definedMembers({
    ruleId,
    fault: name,
    link,
    interface: interfaceName,
    times: timesLeft === undefined ? undefined : String(timesLeft),
    delayMs: takesTime(name) ? String(delayMs) : undefined,
    probability: random?.probabilityText,
    seed: random?.seed,
  });
}
