/**
 * The content that is signed: `<METHOD> <path[?query]>\n<clientId>.<time>.<body>`. Source:
 * docs/spec/signatures.md#signed-content.
 *
 * The host writes each part into its own buffer and the body to its fixed place; the head is put together so that
 * it ends where the body begins. The body is never copied again.
 */

import { DOT, LINE_FEED, SPACE } from "./ascii";
import {
  BODY_ADDRESS,
  Bytes,
  CLIENT_ID_ADDRESS,
  CONTENT_CAPACITY,
  HEAD_CAPACITY,
  METHOD_ADDRESS,
  PATH_ADDRESS,
  TIME_ADDRESS,
} from "./memory";
import { TOO_LARGE } from "./outcome";

/** Space, line feed and two dots. */
const SEPARATORS_LENGTH: i32 = 4;

/** The length of the head, which ends where the body begins, or TOO_LARGE. Lengths are in bytes. */
export function assemble(method: i32, path: i32, clientId: i32, time: i32, body: i32): i32 {
  const head = method + path + clientId + time + SEPARATORS_LENGTH;
  if (head > HEAD_CAPACITY || head + body > CONTENT_CAPACITY) return TOO_LARGE;
  let position = BODY_ADDRESS - head;
  position = append(position, METHOD_ADDRESS, method, SPACE);
  position = append(position, PATH_ADDRESS, path, LINE_FEED);
  position = append(position, CLIENT_ID_ADDRESS, clientId, DOT);
  append(position, TIME_ADDRESS, time, DOT);
  return head;
}

/** Copies one part and the separator after it; answers the address that follows. */
function append(target: usize, source: usize, length: i32, separator: i32): usize {
  Bytes.copy(target, source, length);
  Bytes.set(target, length, separator);
  return target + length + 1;
}
