import { exponent } from '../../graph/half.js'
import { isMinifloat, toMinifloat } from '../../graph/minifloat.js'
import { bigs, isBig, numbers, tensor, wrapBig } from '../../graph/numbers.js'
import { allocate, size, type ElementType, type Tensor } from '../../graph/value.js'
import { type Item, type Strings } from '../op.js'

/** Cast: floats to integers drop the fraction, integers wrap, small floats saturate where asked, text is read and written. */
export function convert(x: Tensor | Strings, type: ElementType, saturate: boolean, mode: string): Item {
  if (x.type === 'string') return type === 'string' ? x : tensor(type, x.shape, (x.data as readonly string[]).map(parse))
  if (type === 'string') return { type: 'string', shape: x.shape, data: Array.from(isBig(x.type) ? x.data as never : numbers(x as Tensor), write) }
  const t = x as Tensor
  if (t.type === type) return t
  if (isBig(t.type) && isBig(type)) return { type, shape: t.shape, data: bigs(type, Array.from(t.data as BigInt64Array, v => wrapBig(type, v))) }
  const values = numbers(t)
  // Halves are read into floats already, and many weights are halves.
  if (type === 'float32' && values instanceof Float32Array) return { type, shape: t.shape, data: values }
  if (type === 'float8e8m0') return { type, shape: t.shape, data: Uint8Array.from(values, v => toScale(v, saturate, mode)) }
  if (isMinifloat(type)) return { type, shape: t.shape, data: Uint8Array.from(values, v => toMinifloat(type, v, saturate)) }
  if (type === 'bool') { const data = allocate('bool', size(t.shape)); for (let i = 0; i < data.length; i++) data[i] = values[i] === 0 ? 0 : 1; return { type, shape: t.shape, data } }
  return tensor(type, t.shape, values)
}

/** A power of two above, below, or nearest. */
function toScale(v: number, saturate: boolean, mode: string): number {
  if (mode === 'up' || !(v > 0) || v === Infinity) return toMinifloat('float8e8m0', v, saturate)
  const e = exponent(v), up = mode === 'nearest' && v / 2 ** e >= 1.5 ? 1 : 0
  return Math.min(254, Math.max(0, e + up + 127))
}

const parse = (s: string): number => {
  const n = Number(s.replace(/^([+-]?)inf(inity)?$/i, '$1Infinity'))
  if (Number.isNaN(n) && !/^[+-]?nan$/i.test(s)) throw new Error(`"${s}" is not a number`)
  return n
}
const write = (v: number | bigint): string => Number.isNaN(v) ? 'NaN' : v === Infinity ? 'INF' : v === -Infinity ? '-INF' : String(v)
