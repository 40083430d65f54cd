/** What a message may be: JSON in UTF-8, not compressed. Source: docs/spec/messages.md#headers. */

const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i;

/** Whether the headers announce plain JSON in UTF-8. A header that appears twice announces nothing that we read. */
export function announcesJson(headers: Headers): boolean {
  const encoding = headers.get("Content-Encoding") ?? "identity";
  return JSON_IN_UTF8.test(headers.get("Content-Type") ?? "") && encoding.toLowerCase() === "identity";
}
