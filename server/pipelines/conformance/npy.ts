import { readFileSync } from 'node:fs'
import type { Tensor } from '../../../plugins/sdk/index.js'
import { fromHalf } from '../../sessions/half.js'

type View = new (buffer: ArrayBuffer) => ArrayLike<number | bigint>
const views: Readonly<Record<string, View>> = {
  '<f4': Float32Array, '<f8': Float64Array, '<i4': Int32Array, '<i8': BigInt64Array, '|u1': Uint8Array, '|i1': Int8Array, '<i2': Int16Array, '|b1': Uint8Array, '<f2': Uint16Array,
}

/** A NumPy .npy file (versions 1 to 3, little endian, C order) as float32. */
export function readNpy(file: string): Tensor {
  const bytes = readFileSync(file)
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw new RangeError(`${file} is not an .npy file.`)
  const long = bytes[6]! > 1
  const start = (long ? 12 : 10) + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8))
  const header = bytes.toString('latin1', long ? 12 : 10, start)
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? ''
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').map(s => s.trim()).filter(Boolean).map(Number)
  const view = views[type]
  if (!view || /'fortran_order':\s*True/.test(header)) throw new RangeError(`${file} is of type ${type}, or in Fortran order; ${Object.keys(views).join(', ')} in C order can be read.`)
  const copy = new Uint8Array(bytes.subarray(start)).buffer
  if (type === '<f2') return { shape, data: fromHalf(new Uint16Array(copy)) }
  return { shape, data: Float32Array.from(new view(copy) as ArrayLike<number>, Number) }
}
