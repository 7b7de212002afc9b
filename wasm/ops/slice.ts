import { list } from '../graph/numbers.js'
import { axesOf, strides } from '../graph/shape.js'
import { rearrange, type Arrangement } from './families/rearrange.js'

function sliced(shape: readonly number[], starts: readonly number[], ends: readonly number[], given: readonly number[] | undefined, steps: readonly number[] | undefined): Arrangement {
  const axes = axesOf(given ?? starts.map((_, i) => i), shape.length), from = strides(shape), out = [...shape]
  let fromStart = 0
  axes.forEach((a, i) => {
    const n = shape[a]!, step = steps?.[i] ?? 1
    if (step === 0) throw new Error('a step is 0')
    const [low, high] = step > 0 ? [0, n] : [-1, n - 1]
    const clamp = (v: number): number => Math.min(Math.max(v < 0 ? v + n : v, low), high)
    const start = step > 0 ? clamp(starts[i]!) : Math.min(Math.max(starts[i]! < 0 ? starts[i]! + n : starts[i]!, 0), n - 1), end = clamp(ends[i]!)
    out[a] = Math.max(0, Math.ceil((end - start) / step))
    fromStart += start * from[a]!
    from[a]! *= step
  })
  return { shape: out, moves: [{ input: 0, move: { shape: out, from, fromStart, to: strides(out), toStart: 0 } }] }
}

export default [
  rearrange({ name: 'Slice', since: 1, attrs: { starts: [] as readonly number[], ends: [] as readonly number[], axes: null as readonly number[] | null }, plan: ([x], a) => sliced(x!.shape, a.starts, a.ends, a.axes ?? undefined, undefined) }),
  rearrange({ name: 'Slice', since: 10, attrs: {}, values: [1, 2, 3, 4], plan: ([x, s, e, a, t]) => sliced(x!.shape, list(s!.value), list(e!.value), a && list(a.value), t && list(t.value)) }),
]
