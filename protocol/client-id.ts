/**
 * The form of a `Client-Id`: the name of a party, which is also part of what it signs. Source:
 * docs/spec/messages.md#headers.
 */
export const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
