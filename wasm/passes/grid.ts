import { size, type Fact, type Grid, type Held } from '../graph/value.js'
import { type Op } from '../ops/op.js'
import { scaleIndex } from '../ops/families/quantise.js'

/** The zero point that is the middle of what a type holds: what is left is from -128 to 127, or from -8 to 7. */
const middle: Readonly<Record<string, number>> = { int8: 0, uint8: 128, int4: 0, uint4: 8 }
export const isNibble = (g: Grid): boolean => g.numbers.type === 'int4' || g.numbers.type === 'uint4'

/** How the result of an operator on constants is stored, if it is whole numbers less a zero point, times scales in float32. */
export function gridOf(op: Op, made: Fact, inputs: readonly (Fact | undefined)[], attrs: Readonly<Record<string, unknown>>): Grid | undefined {
  const source = inputs[0]?.source
  if (made.type !== 'float32') return undefined
  if (op.name === 'Sub' && !op.domain) return less(made, inputs)
  if (!source) return undefined
  if (op.name === 'Cast' && !op.domain) return source.type === inputs[0]!.type && source.type in middle ? { ...common(source, size(made.shape)), zero: 0, scales: one, scaleOf: () => 0, axis: undefined } : undefined
  if (op.name === 'DequantizeLinear' && !op.domain) return dequantised(made, inputs, attrs as never, source)
  if (op.name === 'UnpackBits') return unpacked(inputs, attrs as never, source)
  return undefined
}

function dequantised({ shape }: Fact, [x, scale, zero]: readonly (Fact | undefined)[], a: { readonly axis: number; readonly block_size: number }, source: Grid['numbers'] | Fact['source']): Grid | undefined {
  const centre = middle[x!.type]
  if (centre === undefined || source!.type !== x!.type || scale?.type !== 'float32' || (zero ? !holds(zero, centre) : centre !== 0)) return undefined
  const axis = a.axis < 0 ? a.axis + shape.length : a.axis, one = size(scale.shape) === 1, blocks = !one && scale.shape.length > 1
  if (!one && !(blocks ? a.block_size > 0 && String(scale.shape) === String(shape.map((n, i) => i === axis ? Math.ceil(n / a.block_size) : n)) : scale.shape[0] === shape[axis])) return undefined
  // Scales of blocks differ along the other axis as well.
  if (blocks && shape.length !== 2) return undefined
  return { ...common(source!, size(shape)), zero: centre, scales: scale, scaleOf: scaleIndex(shape, scale.shape, axis, a.block_size), axis: one ? undefined : blocks ? 1 - axis : axis, ...blocks && { block: { axis, size: a.block_size } } }
}

function unpacked([b, scales, zeros, groups]: readonly (Fact | undefined)[], { K, N, bits, block_size: block }: Readonly<Record<'K' | 'N' | 'bits' | 'block_size', number>>, source: NonNullable<Fact['source']>): Grid | undefined {
  if (bits !== 4 || groups || source.type !== 'uint8' || scales?.type !== 'float32' || (zeros && !(zeros.type === 'uint8' && holds(zeros, 0x88)))) return undefined
  const blocks = Math.ceil(K / block), row = blocks * block
  if (!(block > 0) || size(b!.shape) * 2 !== N * row || size(scales.shape) !== N * blocks) return undefined
  return { ...common({ ...source, type: 'uint4' }, N * row), zero: 8, turned: row, scales, scaleOf: i => (i % N) * blocks + Math.floor(i / N / block), axis: 1, block: { axis: 0, size: block } }
}

const one: Fact = { type: 'float32', shape: [], value: { type: 'float32', shape: [], data: Float32Array.of(1) } }

/** Whole numbers with a zero point taken off. */
function less({ shape }: Fact, [x, zero]: readonly (Fact | undefined)[]): Grid | undefined {
  const first = x?.grid?.scales === one && zero?.constant !== undefined && size(zero.shape) < 4096 && String(x.shape) === String(shape) ? Number(zero.value!.data[0]) : undefined
  return first !== undefined && holds(zero!, first) ? { ...x!.grid!, zero: x!.grid!.zero + first } : undefined
}

const common = (source: NonNullable<Fact['source']>, count: number): Pick<Grid, 'numbers'> =>
  ({ numbers: { type: source.type, count, read: () => source.read(), ...source.fill && { fill: (into: Uint8Array) => source.fill!(into) }, ...source.origin !== undefined && { origin: source.origin } } })
const holds = (f: Fact, v: number): boolean => f.constant !== undefined && f.value !== undefined && Array.from(f.value.data as ArrayLike<number>).every(z => z === v)

/** What panels of a constant can be held as so that they are what is stored; `turned`: a matrix [n][k]. */
export function gridHeld({ grid, shape }: Fact, layout: string, turned: boolean): Held | undefined {
  if (!grid || grid.zero !== middle[grid.numbers.type] || (layout !== 'panels' && layout !== 'direct' && layout !== 'gemm')) return undefined
  const n = layout === 'panels' ? turned ? 0 : 1 : 0
  if (grid.axis !== undefined && grid.axis !== n) return undefined
  if (grid.turned !== undefined && (turned || layout !== 'panels')) return undefined
  if (!grid.block) return isNibble(grid) && layout === 'panels' ? 'int4' : 'int8'
  return isNibble(grid) && layout === 'panels' && grid.block.axis === 1 - n && (grid.block.size % 32 === 0 || grid.block.size >= shape[1 - n]!) ? 'int4' : undefined
}

/** Scales as the panels of `group` matrices k x n have them: one for each column, or for each column and 32 rows; `at`: the number of an element. */
export function gridScales(grid: Grid, held: Held, k: number, n: number, group: number, at: (k: number, column: number) => number): Float32Array {
  const given = grid.scales.value!.data as Float32Array, panels = Math.ceil(n / 16), blocks = held === 'int4' ? Math.ceil(k / 32) : 1, out = new Float32Array(group * panels * blocks * 16)
  for (let g = 0; g < group; g++) for (let j = 0; j < n; j++) for (let b = 0; b < blocks; b++) out[((g * panels + (j >> 4)) * blocks + b) * 16 + (j & 15)] = given[grid.scaleOf(at(b * 32, g * n + j))]!
  return out
}
