/**
 * The images are read back by other means than those that made them: the QR code by a decoder that gets pixels, the
 * barcode by the table of ISO/IEC 15417, written down here once more.
 */
import { decodeQR } from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { barcodeSvg, qrCodeSvg } from "../../../worker/wallet/payment-codes/code-images.ts";

/** Widths of bars and spaces of each symbol, 0 to 105, and of the stop symbol. */
const SYMBOL_WIDTHS = `
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112`
  .trim()
  .split(/\s+/);
const [CODE_B, CODE_A, START_C, STOP] = [100, 101, 105, 106];
const QUIET_MODULES = { barcode: 10, qrCode: 4 };

const NUMBERS = ["28100602123456789012345678", "289288933182261199", "2892889331822611998", "28123456789012345"];
const CODES = [...NUMBERS, "281006021234567890123456", `28100602${"0".repeat(16)}`, `25${"9".repeat(30)}`];

type Drawing = {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly title: string;
  /** Whether a module is dark. */
  readonly rows: readonly (readonly boolean[])[];
};

/** Draws an image in whole modules. Only what the drawing consists of is understood. */
function draw(svg: string): Drawing {
  const head = /^<svg [^>]*width="([0-9.]+)mm" height="([0-9.]+)mm" viewBox="0 0 ([0-9]+) ([0-9]+)"/.exec(svg);
  const [widthMm = 0, heightMm = 0, width = 0, height = 0] = (head ?? []).slice(1).map(Number);
  const rows = Array.from({ length: height }, () => Array.from({ length: width }, () => false));
  const dark = /<path d="([^"]*)"/.exec(svg)?.[1] ?? "";
  const runs = [...dark.matchAll(/M([0-9]+) ([0-9]+)h([0-9]+)v1h-([0-9]+)z/g)];
  expect(runs.map(([run]) => run).join("")).toBe(dark);
  for (const [, x, y, length, back] of runs) {
    expect(back).toBe(length);
    for (let module = 0; module < Number(length); module += 1) {
      const row = rows[Number(y)];
      if (row) row[Number(x) + module] = true;
    }
  }
  return { widthMm, heightMm, title: /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? "", rows };
}

/** The values of a barcode's symbols, start, check and stop included. */
function symbolsOf(row: readonly boolean[]): number[] {
  const modules = row.map((isDark) => (isDark ? "1" : "0")).join("");
  expect(modules).toMatch(new RegExp(`^0{${QUIET_MODULES.barcode}}1[01]*10{${QUIET_MODULES.barcode}}$`));
  const widths = (modules.slice(QUIET_MODULES.barcode, -QUIET_MODULES.barcode).match(/0+|1+/g) ?? []).map(
    ({ length }) => length,
  );
  const symbols: number[] = [];
  while (widths.length > 0) {
    const size = widths.length === 7 ? 7 : 6;
    symbols.push(SYMBOL_WIDTHS.indexOf(widths.splice(0, size).join("")));
  }
  return symbols;
}

/** What a scanner reads from the symbols. */
function readBarcode(symbols: readonly number[]): string {
  const [start = -1, ...rest] = symbols;
  const [check, stop] = rest.splice(-2);
  expect(start).toBe(START_C);
  expect(stop).toBe(STOP);
  expect(check).toBe(rest.reduce((sum, symbol, index) => sum + symbol * (index + 1), start) % 103);
  let set = "C";
  let read = "";
  for (const symbol of rest) {
    if (set === "C" && symbol < 100) read += String(symbol).padStart(2, "0");
    else if (set === "C") set = symbol === CODE_A ? "A" : symbol === CODE_B ? "B" : "unknown";
    else read += String.fromCharCode(32 + symbol);
  }
  return read;
}

const PIXELS_OF_MODULE = 10;

/** What a camera reads from an image with a white icon over its middle. */
function readQrCode(rows: readonly (readonly boolean[])[], iconWidth = 0): string {
  const size = rows.length * PIXELS_OF_MODULE;
  const isCovered = (pixel: number) => Math.abs(pixel + 0.5 - size / 2) < iconWidth / 2;
  const data = new Uint8Array(size * size * 3).fill(255);
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const isDark = rows[Math.floor(y / PIXELS_OF_MODULE)]?.[Math.floor(x / PIXELS_OF_MODULE)] ?? false;
    if (isDark && !(isCovered(x) && isCovered(y))) data.fill(0, pixel * 3, pixel * 3 + 3);
  }
  // The decoder's own limit is the time between two frames of a camera.
  return decodeQR({ width: size, height: size, data }, { timeLimit: 10_000 });
}

describe("the barcode of a payment code", () => {
  it.each(CODES)("is a Code 128 that a scanner reads: %s [PCD-09]", (code) => {
    expect(readBarcode(symbolsOf(draw(barcodeSvg(code)).rows[0] ?? []))).toBe(code);
  });

  it("takes one symbol for two digits", () => {
    const symbols = symbolsOf(draw(barcodeSvg("281006021234567890123456")).rows[0] ?? []);
    expect(symbols).toHaveLength(1 + 12 + 2);
    expect(symbols.slice(1, -2).every((symbol) => symbol < 100)).toBe(true);
  });

  it.each(CODES)(
    "is 45 to 65 mm wide with and without its quiet zone, and at least 14 mm high: %s [PCD-09]",
    (code) => {
      const { widthMm, heightMm, rows } = draw(barcodeSvg(code));
      const modules = rows[0]?.length ?? 0;
      expect(widthMm).toBeLessThanOrEqual(65);
      expect((widthMm * (modules - 2 * QUIET_MODULES.barcode)) / modules).toBeGreaterThanOrEqual(45);
      expect(heightMm).toBeGreaterThanOrEqual(14);
    },
  );
});

describe("the QR code of a payment code", () => {
  it.each(CODES)("is read by a camera: %s", (code) => {
    expect(readQrCode(draw(qrCodeSvg(code)).rows)).toBe(code);
  });

  it.each(CODES)("is read with an icon over 15 %% of it: %s [PCD-10]", (code) => {
    const { rows } = draw(qrCodeSvg(code));
    const symbolWidth = (rows.length - 2 * QUIET_MODULES.qrCode) * PIXELS_OF_MODULE;
    expect(readQrCode(rows, symbolWidth * Math.sqrt(0.15))).toBe(code);
  });

  it.each(CODES)("is 25.4 to 30.5 mm wide between quiet zones of four modules: %s [PCD-10]", (code) => {
    const { widthMm, heightMm, rows } = draw(qrCodeSvg(code));
    const quiet = QUIET_MODULES.qrCode;
    const symbolMm = (widthMm * (rows.length - 2 * quiet)) / rows.length;
    expect(heightMm).toBe(widthMm);
    expect(symbolMm).toBeGreaterThanOrEqual(25.4);
    expect(symbolMm).toBeLessThanOrEqual(30.5);
    const isQuiet = (place: number) => place < quiet || place >= rows.length - quiet;
    expect(rows.some((row, y) => row.some((isDark, x) => isDark && (isQuiet(x) || isQuiet(y))))).toBe(false);
    expect(rows[quiet]?.[quiet]).toBe(true);
  });
});

describe("both images", () => {
  const code = "281006021234567890123456";

  it.each([barcodeSvg(code), qrCodeSvg(code)])(
    "are black on white in every theme, and never hold the number",
    (svg) => {
      expect(svg).toContain('fill="#fff"');
      expect(svg).toContain('shape-rendering="crispEdges"');
      expect(svg).toContain('role="img"');
      expect(draw(svg).title).toMatch(/^(Barcode|QR code)$/);
      expect(svg).not.toContain(code);
    },
  );
});
