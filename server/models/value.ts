import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { fromBrain, fromHalf, toBrain, toHalf } from '../sessions/half.js'
import type { ElementType, Value } from '../sessions/session.js'

/**
 * A float32 tensor in the type that a network takes. Fractions are cut towards zero for whole numbers, as ONNX casts do:
 * a schedule with fractional timesteps gives an int64 network what it was exported for.
 */
export function toValue({ shape, data }: Tensor, type: ElementType): Value {
  switch (type) {
    case 'float32': return { type, shape, data }
    case 'float16': return { type, shape, data: toHalf(data) }
    case 'bfloat16': return { type, shape, data: toBrain(data) }
    case 'float64': return { type, shape, data: Float64Array.from(data) }
    case 'int64': return { type, shape, data: BigInt64Array.from(data, v => BigInt(Math.trunc(v))) }
    case 'int32': return { type, shape, data: Int32Array.from(data, Math.trunc) }
    case 'uint8': return { type, shape, data: Uint8Array.from(data, Math.trunc) }
    case 'int8': return { type, shape, data: Int8Array.from(data, Math.trunc) }
    case 'bool': return { type, shape, data: Uint8Array.from(data, v => Number(v !== 0)) }
    default: throw new NoisegraphError('BROKEN_MODEL', `Networks that take ${type} are not supported; float32, float16, bfloat16, float64, int64, int32, int8, uint8 and bool are.`)
  }
}

/** Any numeric value as a float32 tensor. */
export function toTensor({ type, shape, data }: Value): Tensor {
  if (type === 'float16') return { shape, data: fromHalf(data as Uint16Array) }
  if (type === 'bfloat16') return { shape, data: fromBrain(data as Uint16Array) }
  if (data instanceof Float32Array) return { shape, data }
  return { shape, data: data instanceof BigInt64Array || data instanceof BigUint64Array ? Float32Array.from(data, Number) : Float32Array.from(data) }
}
