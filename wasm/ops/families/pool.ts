import { numbers, int64, tensor } from '../../graph/numbers.js'
import { size, type Tensor } from '../../graph/value.js'
import { call, op, scalar, type Attrs, type Defaults, type Inputs, type Item, type Op, type Term } from '../op.js'
import { whole } from './whole.js'
import { slide, tapsBelow, windowAttrs, windowOf, type Window, type WindowAttrs } from './window.js'

interface Pool<A extends Defaults> {
  readonly name: string
  readonly since: number
  readonly attrs: A
  /** The kind of Pool of noisegraph that does the same in two dimensions. */
  kind?(attrs: Attrs<A>): string
  /** Sees the values in the window and how many places it has in all (in the padded input). */
  reduce(values: ArrayLike<number>, n: number, places: number, attrs: Attrs<A>): number
}

/** What the channels-last kernel is told of a window over the planes of x. */
export const poolAttrs = (x: readonly number[], kind: string, a: unknown): Readonly<Record<string, unknown>> => {
  const w = windowOf(x.slice(2), (a as WindowAttrs).kernel_shape, a as WindowAttrs)
  return { kind, size: w.out, kernel: w.kernel, strides: w.stride, dilations: w.dilation, pads: [...w.begin, ...w.end] }
}

/** Over one or two dimensions on the channels-last kernel, one as two; bytes as floats. Undefined for what is left to JavaScript. */
export function pooled(x: Term, [fact]: Inputs, kind: string, a: unknown): Term | undefined {
  const { type, shape } = fact!, byte = type === 'uint8' || type === 'int8'
  if ((type !== 'float32' && !byte) || (shape.length !== 3 && shape.length !== 4)) return undefined
  const line = shape.length === 3, w = poolAttrs(shape, kind, a), from = byte ? call('Cast', [x], { to: 1 }) : x
  const two = Object.fromEntries(Object.entries(w).map(([k, v]) => [k, !line || !Array.isArray(v) ? v : k === 'pads' ? [0, v[0], 0, v[1]] : [1, ...v as number[]]]))
  const y = call('ToNchw', [call('Pool', [call('ToNhwc', [line ? call('Unsqueeze', [from, whole([2])]) : from], {}, 'noisegraph')], two, 'noisegraph')], {}, 'noisegraph')
  const flat = line ? call('Squeeze', [y, whole([2])]) : y
  return byte ? call('QuantizeLinear', [flat, scalar(1), { constant: tensor(type, [], [0]) }]) : flat
}

/** A pool over windows of each plane. */
export const pool = <const A extends Defaults>(p: Pool<A>): Op => {
  const all = { ...windowAttrs, ceil_mode: 0, ...p.attrs }
  return op({
    name: p.name, since: p.since, attrs: all,
    infer: ([x], a) => [{ type: x!.type, shape: [...x!.shape.slice(0, 2), ...windowOf(x!.shape.slice(2), a.kernel_shape as number[], a as never).out] }],
    ...p.kind && { means: ([x]: readonly (Term | undefined)[], a: unknown, facts: Inputs) => { const y = pooled(x!, facts, p.kind!(a as never), a); return y && [y] } },
    compute([x], a) {
      const t = x as Tensor, w = windowOf(t.shape.slice(2), a.kernel_shape as number[], a as never), out = new Float64Array(size([...t.shape.slice(0, 2), ...w.out]))
      // One buffer for all windows: an array for each would keep the collector of garbage busy.
      const picked = new Float64Array(w.kernel.reduce((m, k, i) => m * Math.min(k, t.shape[i + 2]!), 1))
      overPlanes(t, w, (plane, o, values, at, n) => {
        for (let k = 0; k < n; k++) picked[k] = values[at[k]!]!
        out[plane * size(w.out) + o] = p.reduce(picked, n, placesInPadded(w, t.shape.slice(2), o), a as never)
      })
      return [tensor(t.type, [...t.shape.slice(0, 2), ...w.out], out)]
    },
  })
}

/** Places of window `o` that lie in the input or its padding (windows of the ceiling mode may reach beyond). */
function placesInPadded(w: Window, input: readonly number[], o: number): number {
  let count = 1
  for (let i = input.length - 1, r = o; i >= 0; i--) {
    const start = r % w.out[i]! * w.stride[i]! - w.begin[i]!
    r = Math.floor(r / w.out[i]!)
    count *= tapsBelow(w, i, start, input[i]! + w.end[i]!)
  }
  return count
}

export function overPlanes(t: Tensor, w: Window, visit: (plane: number, out: number, values: ArrayLike<number>, at: Int32Array, inside: number, offset: number) => void): void {
  const planes = size(t.shape.slice(0, 2)), area = size(t.shape.slice(2)), v = numbers(t)
  const slices = Array.from({ length: planes }, (_, p) => (v as Float64Array).subarray(p * area, (p + 1) * area))
  slide(w, t.shape.slice(2), (o, at, _tap, inside) => slices.forEach((s, p) => visit(p, o, s, at, inside, p * area)))
}

/** The extreme of each window and, if asked for, where it is, the index counted in C or in column order. */
export function maxPool(t: Tensor, w: Window, order: number, indices: boolean): Item[] {
  const shape = [...t.shape.slice(0, 2), ...w.out], outs = size(w.out), values = new Float64Array(size(shape)).fill(-Infinity), where = new Float64Array(indices ? values.length : 0)
  const dims = t.shape.slice(2)
  const flip = (i: number): number => { let at = 0, rest = i, step = size(dims); const digits: number[] = []; for (let a = dims.length - 1; a >= 0; a--) { digits[a] = rest % dims[a]!; rest = Math.floor(rest / dims[a]!) } for (let a = dims.length - 1; a >= 0; a--) { step /= dims[a]!; at += digits[a]! * step } return at }
  overPlanes(t, w, (plane, o, v, at, n, offset) => {
    const k = plane * outs + o
    for (let i = 0; i < n; i++) if (v[at[i]!]! > values[k]! || Number.isNaN(v[at[i]!]!)) { values[k] = v[at[i]!]!; if (indices) where[k] = offset + (order ? flip(at[i]!) : at[i]!) }
  })
  return [tensor(t.type, shape, values), ...indices ? [int64(where, shape)] : []]
}
