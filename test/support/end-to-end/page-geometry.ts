/** What is wrong with the layout of the page, as its geometry in the browser shows it. */
import type { Page } from "playwright-core";

/**
 * In the browser: every fault of the layout, as a sentence.
 *
 * - The page scrolls sideways.
 * - A text sticks out of its column, or out of a box that cuts it off.
 * - A word that fits into a line is broken, or a long one into pieces of fewer than eight characters.
 * - Two texts lie upon each other.
 */
const LAYOUT_FAULTS = `() => {
  const TOLERANCE_PX = 1;
  const FITTING_CHARACTERS = 16;
  const PIECE_CHARACTERS = 8;
  /** Paths, headers and bodies break where a line ends. */
  const RAW = "code, pre, .headers dd, .code-value";
  const RAW_PIECE_CHARACTERS = 4;
  const faults = [];
  const shown = (text) => JSON.stringify(text.trim().slice(0, 40));
  if (document.documentElement.scrollWidth > innerWidth) {
    faults.push("the page is " + document.documentElement.scrollWidth + " px wide");
  }

  const isOnlyHeard = (element) => element.closest(".visually-hidden, noscript, option") !== null;
  const boxes = new Map();
  /** The scrolling and cutting boxes that an element is in. */
  const boxesAround = (element) => {
    const known = boxes.get(element);
    if (known) return known;
    const { overflowX, position } = getComputedStyle(element);
    const own = overflowX === "visible" ? [] : [element.getBoundingClientRect()];
    const isOutermost = position === "fixed" || element.parentElement === document.body;
    const around = isOutermost ? own : [...own, ...boxesAround(element.parentElement)];
    boxes.set(element, around);
    return around;
  };
  /** The part of a rectangle that no scrolling or cutting box hides; undefined when nothing is left. */
  const visiblePart = (element, { left, top, right, bottom }) => {
    const part = { left, top, right, bottom };
    for (const box of boxesAround(element)) {
      part.left = Math.max(part.left, box.left);
      part.top = Math.max(part.top, box.top);
      part.right = Math.min(part.right, box.right);
      part.bottom = Math.min(part.bottom, box.bottom);
    }
    return part.left < part.right && part.top < part.bottom ? part : undefined;
  };
  /** The lines of a text, each a rectangle. */
  const linesOf = (node, start, end) => {
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    return [...range.getClientRects()].filter(({ width }) => width > 0);
  };

  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || isOnlyHeard(element) || !element.checkVisibility()) continue;
    const layer = element.closest(".fault-bar, .jump") ? "above" : "page";
    const column = element.closest(".wallet-column, .merchant-column, .middle-column, header, .first-steps, .fault-bar");
    const edges = (column ?? document.body).getBoundingClientRect();
    const textLines = linesOf(node, 0, node.data.length);
    // A text of one line has no broken word, and a hyphen or a slash is a place to break.
    for (const word of textLines.length > 1 ? node.data.matchAll(/[^\\s/-]+/g) : []) {
      const lines = linesOf(node, word.index, word.index + word[0].length);
      const tops = new Set(lines.map(({ top }) => Math.round(top)));
      const pieceCharacters = word[0].length / tops.size;
      const isCrushed = element.closest(RAW)
        ? tops.size > 2 && pieceCharacters < RAW_PIECE_CHARACTERS
        : tops.size > 1 && (word[0].length <= FITTING_CHARACTERS || pieceCharacters < PIECE_CHARACTERS);
      if (isCrushed) faults.push("broken into " + tops.size + " lines: " + shown(word[0]));
    }
    for (const line of textLines) {
      if (line.left < edges.left - TOLERANCE_PX || line.right > edges.right + TOLERANCE_PX) {
        if (!element.closest("pre")) faults.push("outside of its column: " + shown(node.data));
      }
      const part = visiblePart(element, line);
      if (part && part.right < line.right - TOLERANCE_PX && !element.closest("pre")) {
        faults.push("cut off: " + shown(node.data));
      }
      if (part) pieces.push({ layer, element, text: node.data, ...part });
    }
  }

  pieces.sort((one, other) => one.top - other.top);
  for (const [index, one] of pieces.entries()) {
    for (let next = index + 1; next < pieces.length && pieces[next].top < one.bottom; next += 1) {
      const other = pieces[next];
      if (one.layer !== other.layer || one.element === other.element) continue;
      const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const isUpon = width > TOLERANCE_PX && height > Math.min(one.bottom - one.top, other.bottom - other.top) / 3;
      if (isUpon) faults.push(shown(one.text) + " lies upon " + shown(other.text));
    }
  }
  return [...new Set(faults)];
}`;

/** Every fault of the page's layout, as a sentence each; none is as it should be. */
export function layoutFaultsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(${LAYOUT_FAULTS})()`);
}
