/**
 * The images of order codes that `orderCodeForm` names. Source: docs/spec/objects.md; ISO/IEC 18004 for the quiet zone.
 */
import { encodeQR } from "qr";
import * as z from "zod";
import { identifier } from "../../../protocol/parameters.ts";
import { checked, refuse, type SandboxContext } from "../../http.ts";
import { IMAGE_PIXELS, type ImageSize } from "./order-code-form.ts";

const QUIET_MODULES = 4;
const SIZES = Object.keys(IMAGE_PIXELS) as [ImageSize, ...ImageSize[]];

const path = z.object({ paymentId: identifier, image: z.enum(SIZES.map((size) => `${size}.svg` as const)) });

/** GET /sandbox/acquirer/order-codes/{paymentId}/{size}.svg: the QR code of a payment that is to be scanned. */
export async function getOrderCodeImage(context: SandboxContext): Promise<Response> {
  const { paymentId = "", image = "" } = context.req.param();
  const named = checked(context, path, { paymentId, image });
  if ("refusal" in named) return named.refusal;
  const reply = await context.get("parties").alipayPlus.network().inquire(named.parameters.paymentId);
  const codeValue = reply.outcome === "KNOWN" ? reply.payment.codeValue : undefined;
  if (codeValue === undefined) return refuse(context, "ORDER_UNKNOWN", "Illegal parameter paymentId: no such order.");
  const size = named.parameters.image.slice(0, -".svg".length) as ImageSize;
  return context.body(qrSvg(codeValue, IMAGE_PIXELS[size]), 200, { "Content-Type": "image/svg+xml" });
}

/** A QR code with its quiet zone, `pixels` wide and high. */
function qrSvg(text: string, pixels: number): string {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
  const runs = rows.flatMap((row, y) => {
    const line = row.map((isDark) => (isDark ? "1" : "0")).join("");
    return [...line.matchAll(/1+/g)].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`);
  });
  const box = `viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${pixels}" height="${pixels}" ${box}>` +
    `<title>Order code</title><path fill="#fff" d="M0 0h${rows.length}v${rows.length}H0z"/><path d="${runs.join("")}"/></svg>`
  );
}
