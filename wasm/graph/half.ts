const f32 = new Float32Array(1), u32 = new Uint32Array(f32.buffer)

/** IEEE half precision bits -> number. */
export function fromHalf(h: number): number {
  const e = (h >> 10) & 31, m = h & 1023, s = h & 0x8000 ? -1 : 1
  return e === 0 ? s * m * 2 ** -24 : e === 31 ? (m ? NaN : s * Infinity) : s * (1 + m / 1024) * 2 ** (e - 15)
}

/** Number -> IEEE half precision bits, rounded to nearest, ties to even. */
export function toHalf(x: number): number {
  if (Number.isNaN(x)) return 0x7e00
  const s = x < 0 || Object.is(x, -0) ? 0x8000 : 0, a = Math.abs(x)
  if (a >= 65520) return s | 0x7c00
  if (a < 2 ** -14) return s | even(a * 2 ** 24)
  const e = exponent(a)
  return s + ((e + 15) << 10) + even((a / 2 ** e - 1) * 1024)
}

export function fromBfloat(b: number): number { u32[0] = b << 16; return f32[0]! }
export function toBfloat(x: number): number {
  f32[0] = x
  const u = u32[0]!
  if (Number.isNaN(x)) return 0x7fc0
  return ((u + 0x7fff + ((u >>> 16) & 1)) >>> 16) & 0xffff
}

/** floor(log2 a) for a normal positive number. */
export function exponent(a: number): number {
  let e = Math.floor(Math.log2(a))
  if (2 ** e > a) e--
  else if (2 ** (e + 1) <= a) e++
  return e
}

/** Rounded to a whole number, ties to even. */
export function even(x: number): number {
  const r = Math.round(x)
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r
}
