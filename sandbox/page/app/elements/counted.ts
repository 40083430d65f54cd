/** A count with its noun: `1 debit`, `2 debits`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
