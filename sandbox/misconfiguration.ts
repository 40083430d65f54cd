/** A variable that keeps the sandbox from working. */

/** Which variable is wrong, and why; holds no secret. */
export type Misconfiguration = { readonly fault: string };

/** What an object asks for its party at each call: a party that is misconfigured reaches no other. */
export type PartyOf<Party> = () => Promise<Party | Misconfiguration>;

/**
 * The party itself.
 *
 * @throws what is misconfigured
 */
export async function requireParty<Party extends object>(partyOf: PartyOf<Party>): Promise<Party> {
  const party = await partyOf();
  if ("fault" in party) throw new Error(party.fault);
  return party as Party;
}
