import { list, tensor } from '../graph/numbers.js'
import { axesOf, strides } from '../graph/shape.js'
import { allocate, size, width, type Fact, type Tensor } from '../graph/value.js'
import { call, f32, op, scalar, u32, type Item, type Strings } from './op.js'
import { isByte, whole } from './families/whole.js'
import { canMove, moveInto, moveLaunch, type Move } from './families/copy.js'

interface Padding { readonly begin: number[]; readonly shape: number[] }

function paddingOf(x: Fact, pads: readonly number[], axes: readonly number[] | undefined): Padding {
  const rank = x.shape.length, along = axes ? axesOf(axes, rank) : x.shape.map((_, i) => i), begin = new Array<number>(rank).fill(0), shape = [...x.shape]
  if (pads.length !== along.length * 2) throw new Error(`${pads.length} pads do not fit ${along.length} axes`)
  along.forEach((a, i) => { begin[a] = pads[i]!; shape[a]! += pads[i]! + pads[i + along.length]! })
  if (shape.some(d => d < 0)) throw new Error('more is cut off than there is')
  return { begin, shape }
}

/** Where a position is read, by mode. */
function source(i: number, n: number, mode: string): number {
  if (i >= 0 && i < n) return i
  if (mode === 'edge') return i < 0 ? 0 : n - 1
  if (mode === 'wrap') return (i % n + n) % n
  if (mode === 'reflect') { const period = Math.max(1, 2 * (n - 1)), k = (i % period + period) % period; return k < n ? k : period - k }
  throw new Error(`there is no mode "${mode}"`)
}

/** What is read one after another along an axis. */
interface Run { readonly to: number; readonly from: number; readonly step: number; length: number }
function runsOf(p: Padding, n: number, axis: number, mode: string): Run[] {
  const runs: Run[] = [], cut = Math.max(0, -p.begin[axis]!), put = Math.max(0, p.begin[axis]!), stays = Math.min(n - cut, p.shape[axis]! - put)
  if (mode === 'constant') return stays > 0 ? [{ to: put, from: cut, step: 1, length: stays }] : []
  for (let i = 0; i < p.shape[axis]!; i++) {
    const from = source(i - p.begin[axis]!, n, mode), last = runs.at(-1)
    if (last && last.to + last.length === i && last.from + last.step * last.length === from) last.length++
    else if (last?.length === 1 && last.to + 1 === i && Math.abs(from - last.from) <= 1) runs[runs.length - 1] = { ...last, step: from - last.from, length: 2 }
    else runs.push({ to: i, from, step: 1, length: 1 })
  }
  return runs
}

/** Everything but the constant: the blocks that each combination of runs makes. */
function movesOf(x: Fact, p: Padding, mode: string): Move[] {
  const from = strides(x.shape), to = strides(p.shape), runs = x.shape.map((n, a) => runsOf(p, n, a, mode))
  if (mode !== 'constant' && size(x.shape) === 0 && size(p.shape) > 0) throw new Error('there is nothing to repeat')
  return runs.reduce<Run[][]>((all, list) => all.flatMap(head => list.map(r => [...head, r])), [[]]).map(block => ({
    shape: block.map(r => r.length), from: block.map((r, a) => r.step * from[a]!), fromStart: block.reduce((s, r, a) => s + r.from * from[a]!, 0), to: [...to], toStart: block.reduce((s, r, a) => s + r.to * to[a]!, 0),
  }))
}

function padded(x: Tensor | Strings, p: Padding, mode: string, fill: unknown): Item {
  const n = size(p.shape), data = x.type === 'string' ? new Array<string>(n) : allocate(x.type, n)
  data.fill(fill as never)
  for (const m of movesOf(x as Tensor, p, mode)) moveInto(x as Tensor, data as Tensor['data'], m)
  return { type: x.type, shape: p.shape, data } as Item
}

/** A launch for each block; more of them take longer than doing without. */
const mostBlocks = 64

const zero = (t: Tensor | Strings): unknown => t.type === 'string' ? '' : typeof t.data[0] === 'bigint' || t.type.endsWith('int64') ? 0n : 0

export default [
  op({
    name: 'Pad', since: 2, attrs: { mode: 'constant', pads: [] as readonly number[], value: 0 },
    infer: ([x], a) => [{ type: x!.type, shape: paddingOf(x!, a.pads, undefined).shape }],
    means: ([x], { mode, pads, value }, [fact]) => fact!.type === 'float32' ? [call('Pad', [x, whole(pads), scalar(value)], { mode })] : undefined,
    compute: ([x], a) => { const t = x as Tensor; return [padded(t, paddingOf(t, a.pads, undefined), a.mode, a.value)] },
  }),
  op({
    name: 'Pad', since: 11, attrs: { mode: 'constant' }, values: [1, 3],
    infer: ([x, pads, , axes]) => [{ type: x!.type, shape: paddingOf(x!, list(pads!.value), axes && list(axes.value)).shape }],
    kernels([x, pads, fill, axes], _y, { mode }) {
      if (mode === 'constant' && (width[x!.type] !== 4 || fill && fill.constant === undefined && fill.value === undefined)) return false
      const moves = movesOf(x!, paddingOf(x!, list(pads!.value), axes && list(axes.value)), mode)
      return moves.length <= mostBlocks && canMove(x!, moves)
    },
    launch({ in: [x, pads, fill, axes], out: [y] }, { mode }) {
      const moves = movesOf(x!, paddingOf(x!, list(pads!.value), axes && list(axes.value)), mode).map(m => moveLaunch(x!, y!, m))
      if (mode !== 'constant') return moves
      const given = fill?.value?.data[0] ?? 0, word = y!.type === 'float32' ? f32(Number(given)) : u32(Number(given))
      return [{ kernel: 'fill_words', args: [y!, u32(size(y!.shape)), word], tiles: Math.ceil(size(y!.shape) / 4096) }, ...moves]
    },
    // Bytes as floats, which words are filled with.
    means: ([x, pads, fill, axes], { mode }, [fact]) => mode === 'constant' && isByte(fact)
      ? [call('QuantizeLinear', [call('Pad', [call('Cast', [x], { to: 1 }), pads, fill && call('Cast', [fill], { to: 1 }), axes], { mode }), scalar(1), { constant: tensor(fact!.type, [], [0]) }])] : undefined,
    compute: ([x, pads, fill, axes], { mode }) => { const t = x as Tensor; return [padded(t, paddingOf(t, list(pads as Tensor), axes && list(axes as Tensor)), mode, (fill as Tensor | undefined)?.data[0] ?? zero(t))] },
  }),
]
