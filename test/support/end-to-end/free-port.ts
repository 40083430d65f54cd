import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { HOST } from "../../../scripts/development/port.ts";

/** Below the ports that Linux and macOS give to outgoing connections, which would take one before its test does. */
const PORTS = { from: 10_000, to: 32_000 };

/** A port that is free. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, HOST);
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
