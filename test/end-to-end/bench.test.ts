/** The parts of `npm run bench` whose figures nothing else would contradict. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { CommitCounter } from "../bench/counting/commits.ts";
import { costOfMillion } from "../bench/counting/prices.ts";
import { LoadGenerator } from "../bench/load-generator.ts";

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A directory with a database as an object has it. */
function openDatabase() {
  const directory = mkdtempSync(join(tmpdir(), "plusgate-"));
  const database = new DatabaseSync(join(directory, "object.sqlite"));
  cleanUps.push(() => {
    if (database.isOpen) database.close();
    rmSync(directory, { recursive: true });
  });
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER)");
  return { directory, database };
}

describe("the count of commits", () => {
  it("is the number of transactions, however many rows and pages each writes", () => {
    const { directory, database } = openDatabase();
    const commits = new CommitCounter(directory);
    database.exec("INSERT INTO numbers VALUES (1)");
    database.exec("BEGIN; INSERT INTO numbers VALUES (2); INSERT INTO numbers VALUES (zeroblob(20000)); COMMIT");
    database.exec("BEGIN; INSERT INTO numbers VALUES (3); ROLLBACK");
    expect(commits.read()).toBe(2);
    database.exec("INSERT INTO numbers VALUES (4)");
    expect(commits.read()).toBe(3);
  });

  it("goes on when an object was evicted in between", () => {
    const { directory, database } = openDatabase();
    const commits = new CommitCounter(directory);
    database.exec("INSERT INTO numbers VALUES (1)");
    expect(commits.read()).toBe(1);
    database.close();
    expect(commits.read()).toBe(1);
    database.open();
    database.exec("INSERT INTO numbers VALUES (2)");
    expect(commits.read()).toBe(2);
  });

  it("is refused when a log began again, so that commits before that are not known", () => {
    const { directory, database } = openDatabase();
    const commits = new CommitCounter(directory);
    database.exec("PRAGMA wal_checkpoint(RESTART); INSERT INTO numbers VALUES (1)");
    expect(() => commits.read()).toThrow("began again");
  });
});

describe("the cost of a million calls", () => {
  it("is the sum of what each count costs by the list prices", () => {
    const counts = {
      statements: 0,
      rowsRead: 10,
      rowsWritten: 5,
      hops: 2,
      activeMs: 100,
      alarms: 1,
      outgoingCalls: 1,
      commits: 2,
      commitsInSequence: 2,
      storedBytes: 2000,
    };
    expect(costOfMillion(counts, 1, 2)).toEqual({
      workerRequests: 0.3,
      processorTime: 0.04,
      objectRequests: expect.closeTo(0.45),
      activeTime: expect.closeTo(0.16),
      rowsRead: 0.01,
      rowsWritten: 5,
      storageMonth: 0.4,
      total: expect.closeTo(6.36),
    });
  });
});

/** Answers by the call's body. */
async function answerByBody(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const wanted = Buffer.concat(chunks).toString();
  const body = JSON.stringify({ result: { resultCode: wanted } });
  if (wanted === "RESET") request.socket.resetAndDestroy();
  else if (wanted === "IN_CHUNKS") response.write(body, () => response.end());
  else if (wanted !== "TIMEOUT") response.end(body);
}

describe("the open loop", () => {
  /** Sends a call for each wanted outcome. */
  async function offer(wanted: readonly string[], timeLimitMs: number) {
    const server = createServer(answerByBody).listen(0, "127.0.0.1");
    const generator = new LoadGenerator("overload/open-loop.ts");
    cleanUps.push(
      generator.stop,
      () => server.closeAllConnections(),
      () => server.close(),
    );
    await once(server, "listening");
    return generator.run("calls", {
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      calls: wanted.map((body) => ({ path: "/", headers: {}, body })),
      callsPerSecond: 1000,
      connectionCount: wanted.length,
      timeLimitMs,
    });
  }

  it("says of each call how it was answered", async () => {
    const wanted = ["SUCCESS", "REQUEST_TRAFFIC_EXCEED_LIMIT", "RESET", "IN_CHUNKS", "SUCCESS"];
    expect((await offer(wanted, 60_000)).outcomes).toEqual(wanted);
  });

  it("gives up a call that is not answered", async () => {
    const wanted = ["TIMEOUT", "TIMEOUT"];
    expect((await offer(wanted, 1)).outcomes).toEqual(wanted);
  });
});
