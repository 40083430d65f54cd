/**
 * What an object was born with. Shard count and hash decide where every key is found again, and one deployment acts for
 * one Client-Id: an object that finds other settings than those of its birth refuses all work, and changes nothing.
 *
 * A new object asks the deployment's own object (durable/deployment) before it is born: under another number of shards
 * some shards are new, and must not work without the state that the others hold.
 */

/** What every object of a deployment has in common. */
export type Identity = {
  /** How many shards each class has. */
  readonly shardCount: number;
  /** The wallet's Client-Id at Alipay+. */
  readonly clientId: string;
};

/** The error of an object that refuses all work; its message begins with the reason code. */
class IdentityRefusal extends Error {
  override readonly name = "IdentityRefusal";
}

const CREATE = `CREATE TABLE IF NOT EXISTS identity (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  class TEXT NOT NULL,
  shard_count INTEGER NOT NULL,
  client_id TEXT NOT NULL
)`;

type IdentityRow = { class: string; shard_count: number; client_id: string };

/** What the object was born with; undefined before its birth. */
function bornAs(sql: SqlStorage): IdentityRow | undefined {
  sql.exec(CREATE);
  return sql.exec<IdentityRow>("SELECT class, shard_count, client_id FROM identity").toArray()[0];
}

/**
 * Checks an object against its birth, or lets it be born.
 *
 * @param className of the object
 * @param identity by the settings of the code that runs now
 * @returns true when the object is born now
 * @throws IdentityRefusal when they differ from those of its birth
 */
export function checkIdentity(sql: SqlStorage, className: string, { shardCount, clientId }: Identity): boolean {
  const born = bornAs(sql);
  if (!born) {
    const insert = "INSERT INTO identity (only_row, class, shard_count, client_id) VALUES (1, ?, ?, ?)";
    sql.exec(insert, className, shardCount, clientId);
    return true;
  }
  if (born.class !== className) {
    throw new IdentityRefusal(`CLASS_DIFFERS: the object was born as ${born.class}, and is bound as ${className}.`);
  }
  if (born.shard_count !== shardCount) {
    throw new IdentityRefusal(
      `SHARD_COUNT_DIFFERS: the state was stored under SHARD_COUNT ${born.shard_count}, the setting is ${shardCount}. ` +
        `Set it to ${born.shard_count} again: it never changes for a deployment.`,
    );
  }
  if (born.client_id !== clientId) {
    throw new IdentityRefusal(
      `CLIENT_ID_DIFFERS: the state belongs to Client-Id ${born.client_id}, the keys are those of ${clientId}. ` +
        "Use the keys of that Client-Id, or another deployment.",
    );
  }
  return false;
}

/** Whether the object was born before. */
export function isBorn(sql: SqlStorage): boolean {
  return bornAs(sql) !== undefined;
}
