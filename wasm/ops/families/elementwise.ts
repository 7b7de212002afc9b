import { bigs, isBig, isFloat, numbers, tensor, wrapBig } from '../../graph/numbers.js'
import { broadcast, offsets, spread } from '../../graph/shape.js'
import { allocate, size, type ElementType, type Fact, type Tensor } from '../../graph/value.js'
import { call, count, f32, op, tiles, u32, type Defaults, type Launch, type Op, type Place, type Term } from '../op.js'

interface Unary<A extends Defaults> {
  readonly name: string
  readonly since: number
  readonly domain?: Op['domain']
  readonly attrs?: A
  /** In double precision; rounded to the type afterwards. */
  f(x: number, attrs: A, type: ElementType): number
  big?(x: bigint): bigint
  /** A kernel of UnaryArgs, and its two parameters. */
  readonly kernel?: string
  parameters?(attrs: A): readonly [number, number]
  readonly means?: Op['means']
  readonly fuses?: boolean
  /** The type of the result, where it is not that of the input. */
  readonly result?: ElementType
}

/** An operator on each element by itself. */
export const unary = <A extends Defaults>(u: Unary<A>): Op => op({
  name: u.name, since: u.since, attrs: u.attrs ?? {}, inPlace: [0], ...u.domain && { domain: u.domain }, ...u.means && { means: u.means }, ...u.fuses && { fuses: true },
  infer: ([x]) => [{ type: u.result ?? x!.type, shape: x!.shape }],
  ...u.kernel && {
    launch: ({ in: [x], out: [y] }, attrs) => {
      const [p, q] = u.parameters?.(attrs as never) ?? [0, 0]
      return [unaryLaunch(u.kernel!, x!, y!, p, q)]
    },
  },
  compute: ([x], attrs) => [mapped(x as Tensor, u.result, v => u.f(v, attrs as never, (x as Tensor).type), u.big)],
})

export const unaryLaunch = (kernel: string, x: Place, y: Place, p = 0, q = 0): Launch => ({ kernel, args: [x, y, u32(count(x)), f32(p), f32(q)], tiles: tiles(count(x), 256) })

export function mapped(x: Tensor, result: ElementType | undefined, f: (x: number) => number, big?: (x: bigint) => bigint): Tensor {
  if (big && isBig(x.type)) return { type: x.type, shape: x.shape, data: bigs(x.type, Array.from(x.data as BigInt64Array, v => wrapBig(x.type, big(v)))) }
  const values = doubles(x)
  for (let i = 0; i < values.length; i++) values[i] = f(values[i]!)
  return tensor(result ?? x.type, x.shape, values)
}

interface Binary<A extends Defaults> {
  readonly name: string
  readonly since: number
  readonly domain?: Op['domain']
  readonly attrs?: A
  f(a: number, b: number, type: ElementType, attrs: A): number
  big?(a: bigint, b: bigint, type: ElementType, attrs: A): bigint | boolean
  /** A kernel of BinaryArgs, and the type of its operands if that is not float32. */
  readonly kernel?: string
  readonly takes?: ElementType
  readonly result?: ElementType
}

/** An operator on pairs of elements, with numpy's broadcasting. */
export const binary = <A extends Defaults>(b: Binary<A>): Op => op({
  name: b.name, since: b.since, attrs: b.attrs ?? {}, ...b.domain && { domain: b.domain }, inPlace: b.result ? [] : [0, 1],
  infer: ([x, y]) => [{ type: b.result ?? x!.type, shape: broadcast(x!.shape, y!.shape) }],
  ...b.kernel && {
    kernels: ([x, y], [z]) => binaryFits(x!, y!, z!, b.takes),
    launch: ({ in: [x, y], out: [z] }) => [binaryLaunch(b.kernel!, x!, y!, z!)],
  },
  compute: ([x, y], attrs) => [paired(x as Tensor, y as Tensor, b.result, (p, q, t) => b.f(p, q, t, attrs as never), b.big && ((p, q, t) => b.big!(p, q, t, attrs as never)))],
})

export function paired(x: Tensor, y: Tensor, result: ElementType | undefined, f: (a: number, b: number, type: ElementType) => number, big?: (a: bigint, b: bigint, type: ElementType) => bigint | boolean): Tensor {
  const shape = broadcast(x.shape, y.shape), n = size(shape), type = result ?? x.type
  if (big && isBig(x.type) && isBig(y.type)) {
    const a = x.data as BigInt64Array, b = y.data as BigInt64Array, data = allocate(type, n)
    pairs(shape, x.shape, y.shape, (i, p, q) => { const v = big(a[p]!, b[q]!, x.type); if (typeof v === 'boolean') data[i] = Number(v); else (data as BigInt64Array)[i] = wrapBig(type, v) })
    return { type, shape, data }
  }
  const a = doubles(x), b = doubles(y), out = new Float64Array(n)
  pairs(shape, x.shape, y.shape, (i, p, q) => { out[i] = f(a[p]!, b[q]!, x.type) })
  return tensor(type, shape, out)
}

/** In an array of its own, always of the same kind: loops over it are compiled once for all types. */
const doubles = (t: Tensor): Float64Array => new Float64Array(numbers(t))

/** Calls `visit` with the position of each element of `shape` and of those that meet there. */
function pairs(shape: readonly number[], x: readonly number[], y: readonly number[], visit: (i: number, p: number, q: number) => void): void {
  const few = collapse(shape, [x, y])
  if (!few) {
    const p = offsets(shape, spread(x, shape)), q = offsets(shape, spread(y, shape))
    for (let i = 0; i < p.length; i++) visit(i, p[i]!, q[i]!)
    return
  }
  const [n0, n1, n2, n3] = few.dims as [number, number, number, number], [[a0, a1, a2, a3], [b0, b1, b2, b3]] = few.strides as [[number, number, number, number], [number, number, number, number]]
  for (let i0 = 0, i = 0; i0 < n0; i0++) for (let i1 = 0; i1 < n1; i1++) for (let i2 = 0; i2 < n2; i2++) {
    const p = i0 * a0 + i1 * a1 + i2 * a2, q = i0 * b0 + i1 * b1 + i2 * b2
    for (let i3 = 0; i3 < n3; i3++) visit(i++, p + i3 * a3, q + i3 * b3)
  }
}

/** An operator on any number of tensors of one type, folded from the left. */
export const variadic = (name: string, since: number, f: (a: number, b: number) => number, pair: string, big?: (a: bigint, b: bigint) => bigint): Op => op({
  name, since, attrs: {},
  infer: inputs => [{ type: inputs[0]!.type, shape: broadcast(...inputs.map(x => x!.shape)) }],
  kernels: (inputs, [y]) => inputs.length === 2 && inputs.every(x => x!.type === 'float32' && !x!.layout) && collapse(y!.shape, inputs.map(x => x!.shape)) !== undefined,
  launch: ({ in: [a, b], out: [y] }) => [binaryLaunch(pair, a!, b!, y!)],
  means: inputs => inputs.length < 3 ? undefined : [inputs.slice(1).reduce<Term>((a, b) => call(name, [a, b]), inputs[0]!)],
  compute: inputs => [(inputs as Tensor[]).reduce((a, b) => paired(a, b, undefined, f, big))],
})

/** Dimensions of `to` merged where all operands allow it, to at most four; undefined where more remain. */
export function collapse(to: readonly number[], operands: readonly (readonly number[])[]): { dims: number[]; strides: number[][] } | undefined {
  const all = operands.map(s => spread(s, to)), dims: number[] = [], strides: number[][] = operands.map(() => [])
  to.forEach((d, i) => {
    if (d === 1) return
    const last = dims.length - 1
    if (last >= 0 && all.every((s, k) => strides[k]![last] === s[i]! * d)) { dims[last]! *= d; all.forEach((s, k) => { strides[k]![last] = s[i]! }) }
    else { dims.push(d); all.forEach((s, k) => strides[k]!.push(s[i]!)) }
  })
  if (dims.length > 4) return undefined
  while (dims.length < 4) { dims.unshift(1); for (const s of strides) s.unshift(0) }
  return { dims, strides }
}

/** Whether a kernel of BinaryArgs can take these. */
export const binaryFits = (x: Fact, y: Fact, z: Fact, type: ElementType = 'float32'): boolean => x.type === type && y.type === type && [x, y, z].every(f => !f.layout) && collapse(z.shape, [x.shape, y.shape]) !== undefined

export function binaryLaunch(kernel: string, a: Place, b: Place, y: Place): Launch {
  const { dims, strides: [sa, sb] } = collapse(y.shape, [a.shape, b.shape])!, { block, tiles } = rowsOf(dims)
  return { kernel, args: [a, b, y, u32(block), ...dims.map(u32), ...sa!.map(u32), ...sb!.map(u32)], tiles }
}

/** Tiles are rows of the last of four dimensions, or blocks where there is but one row. */
export function rowsOf(dims: readonly number[]): { block: number; tiles: number } {
  const rows = dims[0]! * dims[1]! * dims[2]!, block = 2048
  return rows === 1 ? { block, tiles: tiles(dims[3]!, block) } : { block: 0, tiles: dims[3] === 0 ? 0 : rows }
}

export const integral = (t: ElementType): boolean => !isFloat(t) && t !== 'bool'
