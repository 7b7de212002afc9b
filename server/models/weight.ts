import { readInitializer } from '../sessions/onnx-header.js'
import { fromBrain, fromHalf } from '../sessions/half.js'

/** A small weight of a network's file, in single precision; undefined where none has such a name. */
export function readWeight(file: string, named: (name: string) => boolean): Float32Array | undefined {
  const found = readInitializer(file, named)
  if (!found) return undefined
  const bytes = new Uint8Array(found.bytes)
  if (found.type === 'float32') return new Float32Array(bytes.buffer)
  if (found.type === 'float16') return fromHalf(new Uint16Array(bytes.buffer))
  if (found.type === 'bfloat16') return fromBrain(new Uint16Array(bytes.buffer))
  return undefined
}
