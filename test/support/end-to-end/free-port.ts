import { once } from "node:events";
import { createServer } from "node:net";
import { HOST } from "../../../scripts/development/port.ts";

/** A port that is free. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}
