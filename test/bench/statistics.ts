/**
 * Figures of a benchmark and how they are printed.
 */

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The value below which a part of the sorted values lies (nearest rank); not a number when there are none. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** A number with so many decimals, without trailing imprecision, for the JSON line. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** The same figures for the JSON line, every number with at most so many decimals. */
export function roundedFigures(figures: unknown, decimals = 4): unknown {
  if (typeof figures === "number") return rounded(figures, decimals);
  if (Array.isArray(figures)) return figures.map((figure) => roundedFigures(figure, decimals));
  if (typeof figures !== "object" || figures === null) return figures;
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, roundedFigures(value, decimals)]));
}

/** Prints rows in columns: the first to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(cells.join("  "));
  }
}
