/** The market as a row of the Network object. Every method is synchronous. */
import { type Market, type MarketJson, type MarketTerms, marketJsonOf, marketOfJson, TABLE_MARKET } from "./market.ts";

/** One row: terms as JSON text, and how often they were replaced. No row or no terms: TABLE_MARKET is in force. */
export const MARKET_SCHEMA: readonly string[] = [
  `CREATE TABLE market (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL,
    terms TEXT
  )`,
];

type MarketRow = { revision: number; terms: string | null };

const REPLACE = `INSERT INTO market (only_row, revision, terms) VALUES (1, 1, ?)
  ON CONFLICT (only_row) DO UPDATE SET revision = revision + 1, terms = excluded.terms`;

/** The market of the network. */
export class MarketRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The market in force. */
  read(): Market {
    const row = this.#sql.exec<MarketRow>("SELECT revision, terms FROM market").toArray()[0];
    const terms = row?.terms ? marketOfJson(JSON.parse(row.terms) as MarketJson) : TABLE_MARKET;
    return { ...terms, revision: row?.revision ?? 0 };
  }

  /** Puts a market in force; without one, the table alone. */
  replace(terms: MarketTerms | undefined): Market {
    this.#sql.exec(REPLACE, terms ? JSON.stringify(marketJsonOf(terms)) : null);
    return this.read();
  }
}
