import { even, exponent } from './half.js'
import { type ElementType } from './value.js'

/**
 * Floats of four and eight bits: exponent and mantissa bits, bias, and how the encodings above the largest finite number are used:
 * `ieee` (infinities and NaNs), `nan` (all ones is NaN, no infinity), `negative-zero` (0x80 is NaN, nothing else), `none`.
 * The formats are those of "FP8 formats for deep learning" (Micikevicius et al. 2022), their FNUZ variants, and OCP's FP4 and E8M0.
 */
interface Format { readonly e: number; readonly m: number; readonly bias: number; readonly special: 'ieee' | 'nan' | 'negative-zero' | 'none'; readonly max: number }
const formats: Partial<Record<ElementType, Format>> = {
  float8e4m3fn: { e: 4, m: 3, bias: 7, special: 'nan', max: 448 },
  float8e4m3fnuz: { e: 4, m: 3, bias: 8, special: 'negative-zero', max: 240 },
  float8e5m2: { e: 5, m: 2, bias: 15, special: 'ieee', max: 57344 },
  float8e5m2fnuz: { e: 5, m: 2, bias: 16, special: 'negative-zero', max: 57344 },
  float4e2m1: { e: 2, m: 1, bias: 1, special: 'none', max: 6 },
}

export const isMinifloat = (t: ElementType): boolean => t in formats || t === 'float8e8m0'

export function fromMinifloat(type: ElementType, bits: number): number {
  if (type === 'float8e8m0') return bits === 255 ? NaN : 2 ** (bits - 127)
  const f = formats[type]!, sign = bits >> (f.e + f.m) & 1 ? -1 : 1, e = bits >> f.m & ((1 << f.e) - 1), m = bits & ((1 << f.m) - 1)
  const top = e === (1 << f.e) - 1
  if (f.special === 'ieee' && top) return m ? NaN : sign * Infinity
  if (f.special === 'nan' && top && m === (1 << f.m) - 1) return NaN
  if (f.special === 'negative-zero' && bits === 0x80) return NaN
  return sign * (e === 0 ? m * 2 ** (1 - f.bias - f.m) : (1 + m / (1 << f.m)) * 2 ** (e - f.bias))
}

/** Rounds to nearest, ties to even. What is too large becomes the largest finite number when saturating, otherwise infinity or NaN, whichever the format has. */
export function toMinifloat(type: ElementType, x: number, saturate = true): number {
  if (type === 'float8e8m0') return toE8m0(x, saturate)
  const f = formats[type]!, sign = x < 0 || Object.is(x, -0) ? 1 << (f.e + f.m) : 0, a = Math.abs(x)
  const nan = f.special === 'negative-zero' ? 0x80 : f.special === 'nan' ? sign | 0x7f : f.special === 'ieee' ? sign | 0x7f : 0
  if (Number.isNaN(x)) return f.special === 'none' ? 0 : nan
  const largest = encode(f, f.max)
  const over = saturate || f.special === 'none' ? sign | largest : f.special === 'ieee' ? sign | ((1 << f.e) - 1) << f.m : nan
  if (a === Infinity || encodeOverflows(f, a)) return over
  const bits = encode(f, a)
  if (bits > largest) return over
  return bits === 0 && f.special === 'negative-zero' ? 0 : sign | bits
}

/** So large that its bits would run over. */
const encodeOverflows = (f: Format, a: number): boolean => a > 2 * f.max

function encode(f: Format, a: number): number {
  const least = 1 - f.bias
  if (a < 2 ** least) return even(a / 2 ** (least - f.m))
  const e = exponent(a)
  return ((e + f.bias) << f.m) + even((a / 2 ** e - 1) * (1 << f.m))
}

/** A power of two; rounds up, as the scales of microscaling formats are. */
function toE8m0(x: number, saturate: boolean): number {
  if (Number.isNaN(x) || x < 0) return 255
  if (x === Infinity) return saturate ? 254 : 255
  if (x === 0) return 0
  const e = exponent(x), up = x > 2 ** e ? e + 1 : e
  return up + 127 > 254 ? saturate ? 254 : 255 : Math.max(0, up + 127)
}
