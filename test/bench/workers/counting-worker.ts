/**
 * Counts what a gateway's own code asks of the platform: rows, statements, calls of objects, the time these take, and
 * commits that an answer waits for. The modules of a bundle stay as they are; an entry that
 * test/bench/subjects.ts writes exports its classes and its handler wrapped by this.
 *
 * Calls must come one at a time: then whatever happens belongs to the call that is being answered.
 */
import { DurableObject } from "cloudflare:workers";

/** What has happened since the isolate began. */
const counts = {
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  /** Calls of an object's methods, its fetch included. */
  hops: 0,
  /** How long all hops took together, as their callers see it. */
  activeMs: 0,
  alarms: 0,
  /** Calls to other servers. */
  outgoingCalls: 0,
  /** Commits that answers have waited for, one after another. */
  commitsInSequence: 0,
};

/** A cursor, and what of its rows has been counted: more come while it is read. */
type CountedCursor = {
  readonly cursor: SqlStorageCursor<Record<string, SqlStorageValue>>;
  rowsRead: number;
  rowsWritten: number;
};

/**
 * Where one object, or the edge, is on the way of the current call. A commit's level is how many commits come before it
 * one after another, itself included: a message leaves only after the writes before it, so its level is theirs.
 */
type Position = {
  callNumber: number;
  /** The highest level of what has been received. */
  received: number;
  /** The highest level of what has been written. */
  written: number;
  cursors: CountedCursor[];
  databaseBytes: number;
};

const positions = new Set<Position>();
let callNumber = 0;

function newPosition(): Position {
  const position = { callNumber: 0, received: 0, written: 0, cursors: [], databaseBytes: 0 };
  positions.add(position);
  return position;
}

/** The position, at level zero when the current call is new to it. */
function currentOf(position: Position): Position {
  if (position.callNumber !== callNumber) Object.assign(position, { callNumber, received: 0, written: 0 });
  return position;
}

/** The level of a message that leaves now. */
function sentLevel(position: Position): number {
  const { received, written } = currentOf(position);
  return Math.max(received, written);
}

function receive(position: Position, level: number): void {
  currentOf(position).received = Math.max(currentOf(position).received, level);
}

function write(position: Position, rows: number): void {
  counts.rowsWritten += rows;
  currentOf(position).written = Math.max(position.written, position.received + 1);
}

/** What a counted call carries: as the last parameter, and around its result. */
type Carried = { readonly benchLevel: number; readonly value?: unknown };

function isCarried(value: unknown): value is Carried {
  return typeof value === "object" && value !== null && "benchLevel" in value;
}

type Method = (...parameters: unknown[]) => unknown;

/** Members of a stub that are no calls of the object. */
const NO_HOPS: readonly PropertyKey[] = ["id", "name", "dup", "then"];

function countedStub(stub: object, position: Position): object {
  return new Proxy(stub, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function" || typeof name === "symbol" || NO_HOPS.includes(name)) return member;
      return async (...parameters: unknown[]) => {
        counts.hops += 1;
        const carried: Carried[] = name === "fetch" ? [] : [{ benchLevel: sentLevel(position) }];
        const startedAtMs = performance.now();
        try {
          const result = await (target as Record<string, Method>)[name]?.(...parameters, ...carried);
          if (!isCarried(result)) return result;
          receive(position, result.benchLevel);
          return result.value;
        } finally {
          counts.activeMs += performance.now() - startedAtMs;
        }
      };
    },
  });
}

function countedNamespace(namespace: object, position: Position): object {
  return new Proxy(namespace, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      const method = member.bind(target) as Method;
      if (name !== "get" && name !== "getByName") return method;
      return (...parameters: unknown[]) => countedStub(method(...parameters) as object, position);
    },
  });
}

/** The same environment, with namespaces whose stubs count. */
function countedEnv(env: object, bindings: readonly string[], position: Position): object {
  const namespaces = bindings.map((name) => [name, countedNamespace(Reflect.get(env, name) as object, position)]);
  return { ...env, ...Object.fromEntries(namespaces) };
}

/** Counts the rows since the last time, of every cursor. */
function readCursors(position: Position): void {
  for (const counted of position.cursors) {
    const { rowsRead, rowsWritten } = counted.cursor;
    counts.rowsRead += rowsRead - counted.rowsRead;
    if (rowsWritten > counted.rowsWritten) write(position, rowsWritten - counted.rowsWritten);
    Object.assign(counted, { rowsRead, rowsWritten });
  }
}

/** Makes a storage count from now on. Each setAlarm is billed as a row, and so is each key of the key-value methods. */
function countStorage(storage: DurableObjectStorage, position: Position): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
    const cursor = exec(query, ...bindings);
    counts.statements += 1;
    position.cursors.push({ cursor, rowsRead: 0, rowsWritten: 0 });
    readCursors(position);
    return cursor;
  }) as typeof sql.exec;
  for (const target of [storage, storage.kv]) {
    for (const name of ["setAlarm", "put", "delete"]) countRow(target, name, position);
  }
}

function countRow(target: object, name: string, position: Position): void {
  const method = Reflect.get(target, name) as Method | undefined;
  if (method === undefined) return;
  Reflect.set(target, name, (...parameters: unknown[]) => {
    write(position, 1);
    return method.apply(target, parameters);
  });
}

/** Reads what a method has left; its cursors are at their ends. */
function close(position: Position, sql: SqlStorage): void {
  readCursors(position);
  position.cursors = [];
  position.databaseBytes = sql.databaseSize;
}

async function answerCounted(
  sql: SqlStorage,
  position: Position,
  carried: Carried,
  answer: () => unknown,
): Promise<Carried> {
  receive(position, carried.benchLevel);
  const value = await answer();
  close(position, sql);
  return { benchLevel: sentLevel(position), value };
}

type ObjectClass = new (context: DurableObjectState, env: object) => DurableObject;

/** Methods that the runtime calls itself, without a counted stub. */
const HANDLERS: readonly string[] = ["constructor", "fetch", "alarm"];

function methodNames(prototype: object): string[] {
  const own = Object.getOwnPropertyNames(prototype).filter((name) => !HANDLERS.includes(name));
  const methods = own.filter((name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function");
  const parent = Object.getPrototypeOf(prototype) as object;
  return parent === DurableObject.prototype || parent === Object.prototype
    ? methods
    : [...methods, ...methodNames(parent)];
}

/** A class of objects that counts. */
function countedClass(Base: ObjectClass, bindings: readonly string[]): ObjectClass {
  const positionsOf = new WeakMap<object, Position>();
  class Counted extends Base {
    constructor(context: DurableObjectState, env: object) {
      const position = newPosition();
      countStorage(context.storage, position);
      super(context, countedEnv(env, bindings, position));
      positionsOf.set(this, position);
    }
  }
  for (const name of methodNames(Base.prototype)) {
    const method = Reflect.get(Base.prototype, name) as Method;
    Reflect.set(Counted.prototype, name, function counted(this: Counted, ...parameters: unknown[]) {
      const position = positionsOf.get(this) ?? newPosition();
      const carried = parameters.at(-1);
      const { sql } = this.ctx.storage;
      if (!isCarried(carried)) {
        // A call of the object itself, or of the Worker that prepares customers and codes.
        const result = method.apply(this, parameters);
        position.databaseBytes = sql.databaseSize;
        return result;
      }
      return answerCounted(sql, position, carried, () => method.apply(this, parameters.slice(0, -1)));
    });
  }
  if ("alarm" in Base.prototype) {
    const alarm = Reflect.get(Base.prototype, "alarm") as Method;
    Reflect.set(Counted.prototype, "alarm", function counted(this: Counted, ...parameters: unknown[]) {
      counts.alarms += 1;
      return alarm.apply(this, parameters);
    });
  }
  return Counted;
}

/** Whatever is sent to another server leaves after the writes before it, too. */
function countOutgoingCalls(): void {
  const send = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (...parameters) => {
    counts.outgoingCalls += 1;
    const response = await send(...parameters);
    for (const position of positions) receive(position, position.callNumber === callNumber ? position.written : 0);
    return response;
  };
}

type Handler = { fetch(request: Request, env: object, context: ExecutionContext): Response | Promise<Response> };

/** The path that answers the counts. */
const COUNTS_PATH = "/bench/counts";

/** A handler that counts. */
function countedHandler(handler: Handler, bindings: readonly string[]): Handler {
  const position = newPosition();
  // The gateway remembers what it has parsed for each environment that it gets.
  const environments = new WeakMap<object, object>();
  return {
    async fetch(request, env, context) {
      if (new URL(request.url).pathname === COUNTS_PATH) return Response.json({ ...counts, databaseBytes: stored() });
      callNumber += 1;
      const known = environments.get(env) ?? countedEnv(env, bindings, position);
      environments.set(env, known);
      const response = await handler.fetch(request, known, context);
      counts.commitsInSequence += sentLevel(position);
      return response;
    },
  };
}

/** The size of all databases together, as it is billed. */
function stored(): number {
  return [...positions].reduce((sum, { databaseBytes }) => sum + databaseBytes, 0);
}

countOutgoingCalls();

export default { countedClass, countedHandler };
