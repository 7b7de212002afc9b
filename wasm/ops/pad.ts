import { list } from '../graph/numbers.js'
import { axesOf, strides } from '../graph/shape.js'
import { allocate, size, width, type Fact, type Tensor } from '../graph/value.js'
import { f32, op, u32, type Item, type Launch, type Place, type Strings } from './op.js'
import { canMove, moveLaunch } from './families/copy.js'

interface Padding { readonly begin: number[]; readonly shape: number[] }

function paddingOf(x: Fact, pads: readonly number[], axes: readonly number[] | undefined): Padding {
  const rank = x.shape.length, along = axes ? axesOf(axes, rank) : x.shape.map((_, i) => i), begin = new Array<number>(rank).fill(0), shape = [...x.shape]
  if (pads.length !== along.length * 2) throw new Error(`${pads.length} pads do not fit ${along.length} axes`)
  along.forEach((a, i) => { begin[a] = pads[i]!; shape[a]! += pads[i]! + pads[i + along.length]! })
  if (shape.some(d => d < 0)) throw new Error('more is cut off than there is')
  return { begin, shape }
}

/** Where a position outside is read, by mode; -1 for the constant. */
function source(i: number, n: number, mode: string): number {
  if (i >= 0 && i < n) return i
  if (mode === 'edge') return i < 0 ? 0 : n - 1
  if (mode === 'wrap') return (i % n + n) % n
  if (mode === 'reflect') { const period = Math.max(1, 2 * (n - 1)), k = (i % period + period) % period; return k < n ? k : period - k }
  return -1
}

function padded(x: Tensor | Strings, p: Padding, mode: string, fill: unknown): Item {
  const n = size(p.shape), data = x.type === 'string' ? new Array<string>(n) : allocate(x.type, n), out = data as unknown[], by = strides(p.shape), from = strides(x.shape)
  const maps = p.shape.map((d, a) => Array.from({ length: d }, (_, i) => source(i - p.begin[a]!, x.shape[a]!, mode)))
  for (let i = 0; i < n; i++) {
    let at = 0
    for (let a = 0; a < p.shape.length && at >= 0; a++) { const k = maps[a]![Math.floor(i / by[a]!) % p.shape[a]!]!; at = k < 0 ? -1 : at + k * from[a]! }
    out[i] = at < 0 ? fill : x.data[at]
  }
  return { type: x.type, shape: p.shape, data } as Item
}

/** The part of x that stays, at its place in y. */
function inner(x: Place, y: Place, p: Padding): Launch {
  const from = strides(x.shape), to = strides(p.shape), cut = p.begin.map(b => Math.max(0, -b)), put = p.begin.map(b => Math.max(0, b))
  const shape = x.shape.map((d, a) => Math.max(0, Math.min(d - cut[a]!, p.shape[a]! - put[a]!)))
  return moveLaunch(x, y, { shape, from, fromStart: cut.reduce((s, c, a) => s + c * from[a]!, 0), to, toStart: put.reduce((s, c, a) => s + c * to[a]!, 0) })
}

const zero = (t: Tensor | Strings): unknown => t.type === 'string' ? '' : typeof t.data[0] === 'bigint' || t.type.endsWith('int64') ? 0n : 0

export default [
  op({
    name: 'Pad', since: 2, attrs: { mode: 'constant', pads: [] as readonly number[], value: 0 },
    infer: ([x], a) => [{ type: x!.type, shape: paddingOf(x!, a.pads, undefined).shape }],
    compute: ([x], a) => { const t = x as Tensor; return [padded(t, paddingOf(t, a.pads, undefined), a.mode, a.value)] },
  }),
  op({
    name: 'Pad', since: 11, attrs: { mode: 'constant' }, values: [1, 3],
    infer: ([x, pads, , axes]) => [{ type: x!.type, shape: paddingOf(x!, list(pads!.value), axes && list(axes.value)).shape }],
    kernels: ([x, , fill], _y, { mode }) => mode === 'constant' && width[x!.type] === 4 && canMove(x!, x!.shape.length) && (!fill || fill.constant !== undefined || fill.value !== undefined),
    launch({ in: [x, pads, fill, axes], out: [y] }) {
      const given = fill?.value?.data[0] ?? 0, word = y!.type === 'float32' ? f32(Number(given)) : u32(Number(given))
      return [{ kernel: 'fill_words', args: [y!, u32(size(y!.shape)), word], tiles: Math.ceil(size(y!.shape) / 4096) }, inner(x!, y!, paddingOf(x!, list(pads!.value), axes && list(axes.value)))]
    },
    compute: ([x, pads, fill, axes], { mode }) => { const t = x as Tensor; return [padded(t, paddingOf(t, list(pads as Tensor), axes && list(axes as Tensor)), mode, (fill as Tensor | undefined)?.data[0] ?? zero(t))] },
  }),
]
