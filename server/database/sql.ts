/** A statement with its parameters. Made by the `sql` tag alone, so that no value is ever spliced into text. */
export interface Query { readonly text: string; readonly values: unknown[]; readonly parts: readonly string[]; readonly given: readonly unknown[] }

const isQuery = (value: unknown): value is Query => typeof value === 'object' && value !== null && 'parts' in value && 'given' in value

/** sql`select ${x}`: values become parameters; a nested query becomes part of the text. */
export function sql(parts: readonly string[], ...given: readonly unknown[]): Query {
  const values: unknown[] = []
  const write = (query: { parts: readonly string[]; given: readonly unknown[] }): string =>
    query.parts.reduce((text, part, i) => {
      const value = query.given[i - 1]
      return text + (isQuery(value) ? write(value) : `$${values.push(value)}`) + part
    })
  return { text: write({ parts, given }), values, parts, given }
}

/** Conditions joined by AND; none is TRUE. */
export const all = (conditions: readonly Query[]): Query => conditions.reduce((left, right, i) => i ? sql`${left} AND ${right}` : right, sql`TRUE`)
