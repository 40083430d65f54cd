/** The port of local development, and what answers on it. */
import { once } from "node:events";
import { createServer } from "node:net";
import { StageFailure } from "../tool.ts";

/** The only interface that anything here listens on. */
export const HOST = "127.0.0.1";

/** The port where the environment variable PORT does not name another. */
export const DEFAULT_PORT = 8787;

const LARGEST_PORT = 65_535;
const PROBE_TIMEOUT_MS = 5_000;

/** What only a gateway with its sandbox answers. */
const MARKS = { "/healthz": '"status":"ready"', "/sandbox": '"sandbox":"plusgate"' };

/** `http://127.0.0.1:<port>`, without a trailing slash. */
export function originOf(port: number): string {
  return `http://${HOST}:${port}`;
}

/** The port that the environment variable PORT names. Throws StageFailure when it is not a port. */
export function chosenPort(): number {
  const text = process.env.PORT ?? "";
  if (text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= LARGEST_PORT) return port;
  throw new StageFailure(`PORT must be a number from 1 to ${LARGEST_PORT}, not "${text}".`);
}

/** Throws StageFailure when the port cannot be listened on. */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer().listen({ host: HOST, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    const reason = codeOf(error) ?? error;
    const explanation = reason === "EADDRINUSE" ? "is already in use" : `cannot be listened on (${reason})`;
    throw new StageFailure(`Port ${port} ${explanation}. Choose another one: PORT=${port + 1} npm start`);
  }
  server.close();
  await once(server, "close");
}

/**
 * Whether a gateway with its sandbox answers on the port; false when the port is free.
 *
 * @throws StageFailure when something else answers.
 */
export async function servesPlusgate(port: number): Promise<boolean> {
  for (const [path, mark] of Object.entries(MARKS)) {
    let answer = "gets no HTTP answer";
    try {
      const response = await fetch(originOf(port) + path, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      if ((await response.text()).includes(mark)) continue;
      answer = `answers with HTTP status ${response.status}`;
    } catch (error) {
      if (error instanceof Error && codeOf(error.cause) === "ECONNREFUSED") return false;
    }
    throw new StageFailure(`Port ${port} is taken by something else: GET ${path} ${answer}.
Choose another one: PORT=${port + 1} npm start, then PORT=${port + 1} npm run demo.`);
  }
  return true;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
