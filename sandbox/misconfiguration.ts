/** A variable that keeps the sandbox from working. */

/** Which variable is wrong, and why; holds no secret. */
export type Misconfiguration = { readonly fault: string };

/** Finds an object's party at each call: a misconfigured party reaches no other. */
export type PartyOf<Party> = () => Promise<Party | Misconfiguration>;

/**
 * The party itself.
 *
 * @throws Error that names the variable
 */
export async function requireParty<Party extends object>(partyOf: PartyOf<Party>): Promise<Party> {
  const party = await partyOf();
  if ("fault" in party) throw new Error(party.fault);
  return party as Party;
}
