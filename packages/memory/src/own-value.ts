/** What a table has under a name that somebody wrote: "constructor" is no name of a table's own. */
export const ownValue = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
