/** A typed array that holds one field of every record. */
export type Column = Float64Array | Int32Array | Uint8Array;

/** Doubles every column; existing records keep their index. */
export function growColumns(columns: object): void {
  const named = columns as Record<string, Column>;
  for (const [name, column] of Object.entries(named)) {
    const larger = new (column.constructor as new (length: number) => Column)(column.length * 2);
    larger.set(column);
    named[name] = larger;
  }
}

/** The first `length` records as plain arrays, by column. */
export function dumpColumns(columns: object, length: number): Record<string, number[]> {
  const dump: Record<string, number[]> = {};
  for (const [name, column] of Object.entries(columns as Record<string, Column>)) {
    dump[name] = Array.from(column.subarray(0, length));
  }
  return dump;
}

/** The reverse of {@link dumpColumns}; the columns must be long enough. */
export function loadColumns(columns: object, dump: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, column] of Object.entries(columns as Record<string, Column>)) column.set(dump[name]!);
}
