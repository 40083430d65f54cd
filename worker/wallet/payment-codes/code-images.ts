/**
 * Payment codes as images that merchants' scanners read: black on white whatever the screen's theme, with their quiet
 * zones, at the sizes of Alipay+. The images never hold the number as text.
 *
 * Source: docs/spec/payment-codes.md#display; ISO/IEC 15417 (Code 128) and ISO/IEC 18004 (QR) for the quiet zones.
 */
import { CODE128 } from "jsbarcode/bin/barcodes/CODE128/index.js";
import { encodeQR } from "qr";

/** Alipay+ has 45 to 65 mm. With the quiet zones; without them the bars of 16 to 32 digits are at least 52 mm wide. */
const BARCODE_WIDTH_MM = 60;
/** Alipay+ has at least 14 mm. */
const BARCODE_HEIGHT_MM = 16;
const BARCODE_QUIET_MODULES = 10;

/** Alipay+ has 25.4 to 30.5 mm, without the quiet zone. */
const QR_SYMBOL_MM = 28;
const QR_QUIET_MODULES = 4;
/** 33 modules wide: in a smaller symbol the icon covers more than the error correction can restore. */
const QR_VERSION = 4;

/**
 * A Code 128 barcode, as SVG. Pairs of digits are one symbol each (code set C).
 *
 * @param digits at least two digits
 */
export function barcodeSvg(digits: string): string {
  const pattern = new CODE128(digits, {}).encode().data;
  const width = pattern.length + 2 * BARCODE_QUIET_MODULES;
  const bars = [...pattern.matchAll(/1+/g)].map(
    ({ index, 0: bar }) => `M${index + BARCODE_QUIET_MODULES} 0h${bar.length}v1h-${bar.length}z`,
  );
  return svg("Barcode", BARCODE_WIDTH_MM, BARCODE_HEIGHT_MM, width, 1, bars.join(""));
}

/**
 * A QR code, as SVG. An icon of 15 % of its area may be laid over its middle, and it is still read.
 *
 * @param digits at most 82 digits
 */
export function qrCodeSvg(digits: string): string {
  const rows = encodeQR(digits, "raw", {
    ecc: "high",
    version: QR_VERSION,
    encoding: "numeric",
    border: QR_QUIET_MODULES,
  });
  const width = rows.length;
  const sizeMm = (QR_SYMBOL_MM * width) / (width - 2 * QR_QUIET_MODULES);
  const runs = rows.flatMap((row, y) => {
    const line = row.map((isDark) => (isDark ? "1" : "0")).join("");
    return [...line.matchAll(/1+/g)].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`);
  });
  return svg("QR code", sizeMm, sizeMm, width, width, runs.join(""));
}

/** A white rectangle of whole modules with black runs on it. */
function svg(title: string, widthMm: number, heightMm: number, width: number, height: number, runs: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${millimetres(widthMm)}" height="${millimetres(heightMm)}"` +
    ` viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" shape-rendering="crispEdges"><title>${title}</title>` +
    `<path fill="#fff" d="M0 0h${width}v${height}H0z"/><path d="${runs}"/></svg>`
  );
}

function millimetres(length: number): string {
  return `${Number(length.toFixed(2))}mm`;
}
