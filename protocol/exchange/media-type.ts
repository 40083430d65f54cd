/**
 * What a message may be: JSON in UTF-8, not compressed. Source: docs/spec/messages.md#headers; RFC 9110 sections 5.3,
 * 5.6.6 and 8.3.
 */

const JSON_TYPE = "application/json";
const UTF8: ReadonlySet<string> = new Set(["utf-8", "utf8"]);
/** `utf-8` is no coding; a client that names it has encoded nothing. */
const NO_CODINGS: ReadonlySet<string> = new Set([...UTF8, "identity", ""]);

/** A part of a header between separators, which mean nothing inside quotes. */
const LIST_PARTS = /(?:"(?:[^"\\]|\\.)*"|[^,"])+/g;
const PARAMETERS = /(?:"(?:[^"\\]|\\.)*"|[^;"])+/g;

/**
 * Whether the headers announce plain JSON in UTF-8, or nothing else: a message without `Content-Type` is JSON in UTF-8.
 * Lines that are repeated arrive as one list, and each must say so. Parameters other than `charset` mean nothing.
 */
export function announcesJson(headers: Headers): boolean {
  const types = headers.get("Content-Type")?.match(LIST_PARTS) ?? [];
  const codings = headers.get("Content-Encoding")?.split(",") ?? [];
  return types.every(isJsonInUtf8) && codings.every((coding) => NO_CODINGS.has(coding.trim().toLowerCase()));
}

function isJsonInUtf8(text: string): boolean {
  const [type = "", ...parameters] = text.match(PARAMETERS) ?? [];
  return isJson(type) && parameters.every(isNoOtherCharset);
}

function isJson(type: string): boolean {
  const name = type.trim().toLowerCase();
  return name === JSON_TYPE || name === "";
}

function isNoOtherCharset(parameter: string): boolean {
  const [name = "", ...value] = parameter.trim().toLowerCase().split("=");
  return (
    name.trim() !== "charset" ||
    UTF8.has(
      value
        .join("=")
        .trim()
        .replace(/^"(.*)"$/, "$1"),
    )
  );
}
