import { numbers } from '../graph/numbers.js'
import { type Port } from '../graph/graph.js'
import { type Tensor } from '../graph/value.js'
import { tensorOf } from '../graph/weight.js'
import { readTensor } from '../onnx/tensor.js'
import { Wire } from '../onnx/wire.js'
import { type Item } from '../ops/op.js'

const nothingOutside = (): never => { throw new Error('test data is stored in one file') }

/** A serialised TensorProto, SequenceProto or OptionalProto, whichever the port says. */
export function readItem(bytes: Uint8Array, type: Port['type']): Item {
  const m = new Wire(new Uint8Array(bytes))
  return type === 'sequence' ? sequence(m) : type === 'optional' ? optional(m) : tensor(m)
}

function tensor(m: Wire): Item {
  const w = readTensor(m, nothingOutside)
  return w.strings ? { type: 'string', shape: w.shape, data: w.strings } : tensorOf(w)
}
function sequence(m: Wire): Item {
  const items: Item[] = []
  while (m.next()) { if (m.field === 3) items.push(tensor(m.message())); else if (m.field === 5) items.push(sequence(m.message())); else m.skip() }
  return { type: 'sequence', items }
}
function optional(m: Wire): Item {
  let item: Item = { type: 'nothing' }
  while (m.next()) { if (m.field === 3) item = tensor(m.message()); else if (m.field === 5) item = sequence(m.message()); else m.skip() }
  return item
}

/** Differences allowed: |got - want| <= absolute + relative |want|. */
export interface Tolerance { readonly relative: number; readonly absolute: number }

/** The largest share of the tolerance that is used, for floats; throws where types, shapes or exact values differ. */
export function compare(got: Item | undefined, want: Item, t: Tolerance): number {
  if (!got) throw new Error('there is no such output')
  if (got.type !== want.type) throw new Error(`it is ${got.type} instead of ${want.type}`)
  if (want.type === 'nothing') return 0
  if (want.type === 'sequence') {
    const a = (got as typeof want).items, b = want.items
    if (a.length !== b.length) throw new Error(`it has ${a.length} items instead of ${b.length}`)
    return Math.max(0, ...b.map((w, i) => compare(a[i], w, t)))
  }
  const g = got as Tensor, w = want as Tensor
  if (String(g.shape) !== String(w.shape)) throw new Error(`it has the shape [${g.shape}] instead of [${w.shape}]`)
  if (!want.type.includes('float')) {
    const at = Array.from(w.data as ArrayLike<unknown>).findIndex((v, i) => v !== g.data[i])
    if (at >= 0) throw new Error(`value ${at} is ${String(g.data[at])} instead of ${String(w.data[at])}`)
    return 0
  }
  const a = numbers(g), b = numbers(w)
  let worst = 0
  for (let i = 0; i < b.length; i++) {
    const x = a[i]!, y = b[i]!
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue
    const share = Math.abs(x - y) / (t.absolute + t.relative * Math.abs(y))
    if (!(share <= 1)) throw new Error(`value ${i} is ${x} instead of ${y}`)
    worst = Math.max(worst, share)
  }
  return worst
}
