/** 16-bit floats as raw bits. Rounding is to the nearest, ties to even. */

const bits = new DataView(new ArrayBuffer(4))

/** IEEE binary16; overflow becomes infinity. */
export function toHalf(values: ArrayLike<number>): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < out.length; i++) {
    bits.setFloat32(0, values[i]!)
    const u = bits.getUint32(0)
    const sign = (u >>> 16) & 0x8000
    const exponent = (u >>> 23) & 0xff
    const mantissa = u & 0x7fffff
    if (exponent === 0xff) out[i] = sign | 0x7c00 | (mantissa ? 0x200 : 0)
    else if (exponent < 102) out[i] = sign
    else if (exponent < 113) out[i] = sign | roundShift(mantissa | 0x800000, 126 - exponent)
    else out[i] = sign | Math.min(0x7c00, roundShift(((exponent - 112) << 23) | mantissa, 13))
  }
  return out
}

/** value >> by, rounded to the nearest, ties to even. A carry out of the mantissa lands in the exponent, where it belongs. */
const roundShift = (value: number, by: number): number => {
  const low = value & ((1 << by) - 1)
  const half = 1 << (by - 1)
  const kept = value >>> by
  return kept + (low > half || (low === half && kept & 1) ? 1 : 0)
}

export function fromHalf(words: Uint16Array): Float32Array {
  return Float32Array.from(words, w => {
    const [exponent, mantissa] = [(w >> 10) & 31, w & 1023]
    const size = exponent === 31 ? (mantissa ? NaN : Infinity) : exponent ? 2 ** (exponent - 15) * (1 + mantissa / 1024) : 2 ** -24 * mantissa
    return w & 0x8000 ? -size : size
  })
}

/** bfloat16: the upper half of a float32. */
export function toBrain(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from({ length: values.length }, (_, i) => {
    bits.setFloat32(0, values[i]!)
    const u = bits.getUint32(0)
    if (Number.isNaN(values[i]!)) return 0x7fc0
    return (u + 0x7fff + ((u >>> 16) & 1)) >>> 16
  })
}

export function fromBrain(words: Uint16Array): Float32Array {
  const out = new Uint32Array(words.length)
  for (let i = 0; i < out.length; i++) out[i] = words[i]! << 16
  return new Float32Array(out.buffer)
}
