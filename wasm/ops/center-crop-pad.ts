import { int64, list } from '../graph/numbers.js'
import { axesOf } from '../graph/shape.js'
import { call, op, type Term } from './op.js'

export default op({
  name: 'CenterCropPad', since: 18, attrs: { axes: null as readonly number[] | null }, values: [1],
  infer([x, to], { axes }) {
    const along = axesOf(axes ?? x!.shape.map((_, i) => i), x!.shape.length), want = list(to!.value)
    return [{ type: x!.type, shape: x!.shape.map((d, i) => along.includes(i) ? want[along.indexOf(i)]! : d) }]
  },
  means([x], { axes }, [f, to]) {
    const along = axesOf(axes ?? f!.shape.map((_, i) => i), f!.shape.length), want = list(to!.value), change = along.map((a, i) => want[i]! - f!.shape[a]!)
    const constants = (v: readonly number[]): Term => ({ constant: int64(v) }), from = change.map(c => c < 0 ? Math.floor(-c / 2) : 0), pads = change.map(c => c > 0 ? Math.floor(c / 2) : 0)
    const cut = call('Slice', [x, constants(from), constants(along.map((a, i) => from[i]! + Math.min(want[i]!, f!.shape[a]!))), constants(along)])
    return [call('Pad', [cut, constants([...pads, ...change.map((c, i) => c > 0 ? c - pads[i]! : 0)]), undefined, constants(along)])]
  },
})
