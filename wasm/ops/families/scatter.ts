import { fromHalf, toHalf, fromBfloat, toBfloat } from '../../graph/half.js'
import { type Tensor } from '../../graph/value.js'

/** How an update joins what is there. */
export function combiner(reduction: string, type: Tensor['type']): (old: number | bigint, update: number | bigint) => number | bigint {
  const plain = (a: number, b: number): number => reduction === 'add' ? a + b : reduction === 'mul' ? a * b : reduction === 'max' ? Math.max(a, b) : Math.min(a, b)
  if (reduction === 'none') return (_old, update) => update
  if (type === 'int64' || type === 'uint64') return (a, b) => reduction === 'add' ? (a as bigint) + (b as bigint) : reduction === 'mul' ? (a as bigint) * (b as bigint) : (reduction === 'max') === a > b ? a : b
  if (type === 'float16') return (a, b) => toHalf(plain(fromHalf(a as number), fromHalf(b as number)))
  if (type === 'bfloat16') return (a, b) => toBfloat(plain(fromBfloat(a as number), fromBfloat(b as number)))
  return (a, b) => plain(a as number, b as number)
}
