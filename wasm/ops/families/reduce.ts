import { bigs, list, numbers, wrapBig, tensor } from '../../graph/numbers.js'
import { axesOf, offsets, strides } from '../../graph/shape.js'
import { size, type Fact, type Tensor } from '../../graph/value.js'
import { op, tiles, u32, type Op } from '../op.js'

/** How to reduce: the numbers of `kernels/f32-reduce.ts`, where it has the kind. */
interface Reduction { readonly name: string; readonly kind?: number; start: number; step(sum: number, x: number): number; end?(sum: number, n: number): number; bigStart?: bigint; big?(sum: bigint, x: bigint): bigint; readonly opset?: number }

/** Axes that are reduced. None given means all, unless `noop`. */
const axesFor = (rank: number, axes: readonly number[] | undefined, noop: number): number[] =>
  axes?.length ? axesOf(axes, rank) : noop ? [] : Array.from({ length: rank }, (_, i) => i)

const shapeOf = (shape: readonly number[], axes: readonly number[], keep: number): number[] => keep ? shape.map((d, i) => axes.includes(i) ? 1 : d) : shape.filter((_, i) => !axes.includes(i))

/** [outer, n, inner] where the reduced axes are neighbours. */
function blocks(shape: readonly number[], axes: readonly number[]): [number, number, number] | undefined {
  const sorted = [...axes].sort((a, b) => a - b)
  if (!sorted.length || sorted.some((a, i) => a !== sorted[0]! + i)) return undefined
  return [size(shape.slice(0, sorted[0])), size(shape.slice(sorted[0]!, sorted[0]! + sorted.length)), size(shape.slice(sorted[0]! + sorted.length))]
}

function reduced(x: Tensor, axes: readonly number[], keep: number, r: Reduction): Tensor {
  const shape = shapeOf(x.shape, axes, keep), by = strides(x.shape), other = x.shape.map((_, i) => i).filter(i => !axes.includes(i))
  const from = offsets(other.map(i => x.shape[i]!), other.map(i => by[i]!)), within = offsets(axes.map(i => x.shape[i]!), axes.map(i => by[i]!))
  if (r.big && (x.type === 'int64' || x.type === 'uint64')) {
    const data = x.data as BigInt64Array
    return { type: x.type, shape, data: bigs(x.type, Array.from(from, o => {
      let s = r.bigStart ?? data[o + (within[0] ?? 0)]!
      for (const w of within) s = r.big!(s, data[o + w]!)
      return wrapBig(x.type, s)
    })) }
  }
  const v = numbers(x), out = new Float64Array(from.length)
  for (let i = 0; i < from.length; i++) {
    let s = r.start
    for (const w of within) s = r.step(s, v[from[i]! + w]!)
    out[i] = r.end ? r.end(s, within.length) : s
  }
  return tensor(x.type, shape, out)
}

/** A reduction in its two forms: axes as an attribute, and (from `opset`, 18 if not said) as an input. */
export function reduction(r: Reduction): Op[] {
  const common = (axes: (inputs: readonly (Fact | undefined)[], attrs: { axes?: readonly number[] | null }) => readonly number[] | undefined): Partial<Op> => ({
    infer: ([x, a], attrs) => [{ type: x!.type, shape: shapeOf(x!.shape, axesFor(x!.shape.length, axes([x, a], attrs), attrs.noop_with_empty_axes as number ?? 0), attrs.keepdims as number) }],
    ...r.kind !== undefined && {
      kernels: ([x, a], _y, attrs) => x!.type === 'float32' && !x!.layout && size(x!.shape) > 0 && blocks(x!.shape, axesFor(x!.shape.length, axes([x, a], attrs), attrs.noop_with_empty_axes as number ?? 0)) !== undefined,
      launch: ({ in: [x, a], out: [y] }, attrs) => {
        const [outer, n, inner] = blocks(x!.shape, axesFor(x!.shape.length, axes([x, a], attrs), attrs.noop_with_empty_axes as number ?? 0))!
        return [{ kernel: 'f32_reduce', args: [x!, y!, u32(n), u32(inner), u32(r.kind!)], tiles: outer * tiles(inner, 64) }]
      },
    } as Partial<Op>,
    compute: ([x, a], attrs) => {
      const t = x as Tensor, along = axesFor(t.shape.length, axes([t, a && { ...(a as Tensor), value: a as Tensor }], attrs), attrs.noop_with_empty_axes as number ?? 0)
      return [reduced(t, along, attrs.keepdims as number, r)]
    },
  })
  return [
    op({ name: r.name, since: 1, attrs: { axes: null as readonly number[] | null, keepdims: 1 }, ...common((_inputs, a) => a.axes ?? undefined) } as Op),
    op({ name: r.name, since: r.opset ?? 18, attrs: { keepdims: 1, noop_with_empty_axes: 0 }, values: [1], ...common(([, a]) => a && list(a.value)) } as Op),
  ]
}
