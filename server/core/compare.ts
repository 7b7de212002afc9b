/**
 * A grid of generations: one order varied along two axes. Cells do not depend on each other; each has a key that follows from its
 * order alone, so a grid that was interrupted goes on where it was.
 */
import { canonical } from './canonical.js'
import { NoisegraphError } from './errors.js'
import type { Order, PluginCall } from './order.js'

export interface Axis {
  /** `sampler`, `schedule`, `steps`, `seed`, `guidanceScale`, `device`, or an option: `sampler.eta`, `schedule.rho`, `text.prompt`. */
  readonly name: string
  readonly values: readonly unknown[]
}
export interface Cell {
  readonly row: number
  readonly column: number
  /** What to write beside the row and above the column. */
  readonly labels: readonly [row: string, column: string]
  readonly order: Order
  readonly key: string
}
export interface CellResult<T> { readonly cell: Cell; readonly value: T; readonly kept: boolean }

/** @throws {NoisegraphError} INVALID_OPTION where an axis is empty, unknown, or one that the order has no plugin for. */
export function cellsOf(base: Order, rows: Axis, columns: Axis): Cell[] {
  for (const { name, values } of [rows, columns]) if (values.length === 0) throw new NoisegraphError('INVALID_OPTION', `The axis "${name}" has no values.`, name)
  if (rows.name === columns.name) throw new NoisegraphError('INVALID_OPTION', `Both axes are "${rows.name}"; give two different ones.`, rows.name)
  // A plugin is named before its options are set.
  const order = (r: unknown, c: unknown) => columns.name.startsWith(rows.name) || !rows.name.includes('.')
    ? varied(varied(base, rows.name, r), columns.name, c) : varied(varied(base, columns.name, c), rows.name, r)
  return rows.values.flatMap((r, row) => columns.values.map((c, column): Cell => {
    const made = order(r, c)
    return { row, column, labels: [label(rows.name, r), label(columns.name, c)], order: made, key: canonical(made) }
  }))
}

/**
 * Makes the cells one after another. What `kept` knows is not made again; what is made is handed to `keep` before it is yielded.
 */
export async function* compare<T>(cells: readonly Cell[], { make, kept, keep }: {
  make(cell: Cell): Promise<T>
  kept?(key: string): Promise<T | undefined>
  keep?(key: string, value: T): Promise<void>
}): AsyncGenerator<CellResult<T>> {
  for (const cell of cells) {
    const before = await kept?.(cell.key)
    const value = before ?? await make(cell)
    if (before === undefined) await keep?.(cell.key, value)
    yield { cell, value, kept: before !== undefined }
  }
}

const plain = { steps: 'number', seed: 'string', guidanceScale: 'number', device: 'string', width: 'number', height: 'number' } as const

function varied(order: Order, name: string, value: unknown): Order {
  const wrong = (allowed: string) => new NoisegraphError('INVALID_OPTION', `The axis "${name}" takes ${allowed}, got ${JSON.stringify(value)}.`, name)
  if (name in plain) {
    const given = name === 'seed' && typeof value === 'number' ? String(value) : value
    const type = plain[name as keyof typeof plain]
    if (typeof given !== type || Number.isNaN(given)) throw wrong(type === 'number' ? 'numbers' : 'texts')
    return { ...order, [name]: given }
  }
  if (name === 'sampler' || name === 'schedule') {
    if (value !== null && typeof value !== 'string') throw wrong('names of plugins')
    return { ...order, [name]: value === null ? null : { name: value, options: {} } }
  }
  const [plugin, option] = name.split('.') as [string, string | undefined]
  const set = (call: PluginCall): PluginCall => ({ ...call, options: { ...call.options, [option!]: value } })
  if (option && (plugin === 'sampler' || plugin === 'schedule') && order[plugin]) return { ...order, [plugin]: set(order[plugin]) }
  if (option && order.conditioners.some(c => c.name === plugin)) return { ...order, conditioners: order.conditioners.map(c => (c.name === plugin ? set(c) : c)) }
  throw new NoisegraphError('INVALID_OPTION', `There is no axis "${name}" for this order. There are ${[...Object.keys(plain), 'sampler', 'schedule'].join(', ')}, and an option of one of its plugins such as "sampler.eta" or "text.prompt".`, name)
}

const label = (name: string, value: unknown): string => `${name.split('.').at(-1)} ${value === null ? 'of the model' : typeof value === 'string' ? value : JSON.stringify(value)}`
