import { tensor } from '../../graph/numbers.js'
import { elementTypes } from '../../onnx/tensor.js'
import { size, type Tensor } from '../../graph/value.js'
import { op, type Op } from '../op.js'
import { normals, randoms } from './random.js'

/** RandomNormal, RandomUniform and their forms that take the shape of a tensor. */
export function randomOps(name: string, normal: boolean): Op[] {
  const attrs = { dtype: 1, seed: null as number | null, ...normal ? { mean: 0, scale: 1 } : { low: 0, high: 1 } } as { dtype: number; seed: number | null; mean?: number; scale?: number; low?: number; high?: number }
  const draw = (a: typeof attrs): (() => number) => { const next = normal ? normals(a.seed) : randoms(a.seed); return normal ? () => a.mean! + a.scale! * next() : () => a.low! + (a.high! - a.low!) * next() }
  const make = (type: number, fallback: Tensor['type'], shape: readonly number[], a: typeof attrs): Tensor => tensor(type ? elementTypes[type]! : fallback, shape, Float64Array.from({ length: size(shape) }, draw(a)))
  return [
    op({ name, since: 1, attrs: { ...attrs, shape: [] as readonly number[] }, impure: true, infer: (_i, a) => [{ type: elementTypes[a.dtype as number]!, shape: a.shape as number[] }], compute: (_i, a) => [make(a.dtype as number, 'float32', a.shape as number[], a as never)] }),
    op({ name: `${name}Like`, since: 1, attrs: { ...attrs, dtype: 0 }, impure: true, infer: ([x], a) => [{ type: a.dtype ? elementTypes[a.dtype as number]! : x!.type, shape: x!.shape }], compute: ([x], a) => [make(a.dtype as number, (x as Tensor).type, (x as Tensor).shape, a as never)] }),
  ]
}
