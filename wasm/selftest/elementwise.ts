import { type Machine, type Outcome, deviation, f32, values } from './machine.js'

/** erf by its series, exact to double precision for the small arguments used here. */
function erf(x: number): number {
  let term = x, sum = x
  for (let k = 1; k < 60; k++) { term *= -x * x / k; sum += term / (2 * k + 1) }
  return 2 / Math.sqrt(Math.PI) * sum
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x)), softplus = (x: number): number => Math.log1p(Math.exp(x)), gelu = (x: number): number => x * (1 + erf(x / Math.SQRT2)) / 2
const even = (x: number): number => { const r = Math.round(x); return r - x === 0.5 && r % 2 ? r - 1 : r }
const bounded = (x: number): number => Math.max(0, Math.min(1, x))

/** Kernels of UnaryArgs with p = 0.3 and q = 0.6. */
const unary: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs, neg: x => -x, exp: Math.exp, sin: Math.sin, cos: Math.cos, tan: x => Math.tan(x), tanh: Math.tanh, sigmoid, relu: x => Math.max(0, x), leaky_relu: x => x < 0 ? 0.3 * x : x,
  clip: x => Math.min(0.6, Math.max(0.3, x)), reciprocal: x => 1 / x, floor: Math.floor, ceil: Math.ceil, round: even, softplus, hard_sigmoid: x => bounded(0.3 * x + 0.6), hard_swish: x => x * bounded(x / 6 + 0.5),
  silu: x => x * sigmoid(x), erf, sign: Math.sign, elu: x => x < 0 ? 0.3 * Math.expm1(x) : x, mish: x => x * Math.tanh(softplus(x)), quick_gelu: x => x * sigmoid(0.3 * x), sqrt: x => Math.sqrt(Math.abs(x)), log: x => Math.log(Math.abs(x)),
  selu: x => 0.6 * (x < 0 ? 0.3 * Math.expm1(x) : x), celu: x => x < 0 ? 0.3 * Math.expm1(x / 0.3) : x, softsign: x => x / (1 + Math.abs(x)), thresholded_relu: x => x > 0.3 ? x : 0, shrink: x => x < -0.3 ? x + 0.6 : x > 0.3 ? x - 0.6 : 0, sinh: Math.sinh, cosh: Math.cosh,
}
const positive = new Set(['sqrt', 'log'])
const binary: Readonly<Record<string, (a: number, b: number) => number>> = { add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, div: (a, b) => a / b, min: Math.min, max: Math.max, prelu: (a, b) => a < 0 ? a * b : a, pow: (a, b) => Math.abs(a) ** b }
/** By number, from 1 on: what a product applies on its way out. */
const activations = [unary['relu']!, unary['silu']!, gelu, (x: number) => x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)), sigmoid, (x: number) => x * sigmoid(1.702 * x)]

/** Away from zero and from where functions have poles or jumps. */
const inputs = (n: number, seed: number): Float32Array => values(n, seed).map(v => Math.sign(v || 1) * (0.05 + 1.4 * Math.abs(v)))
const outcome = (name: string, got: Float32Array, expected: Float64Array): Outcome => ({ name, error: deviation(got, expected), tolerance: 1e-5 })

export default (on: Machine): Outcome[] => {
  const n = 301, x = inputs(n, 1), at = on.put(x), up = on.put(x.map(Math.abs)), y = on.room(n)
  const one = (name: string, f: (x: number) => number): Outcome => {
    on.call(`f32_${name}`, [positive.has(name) ? up : at, y, n, f32(0.3), f32(0.6)], 2)
    return outcome(`f32_${name}`, on.read(y, n), Float64Array.from(x, f))
  }
  return [
    ...Object.entries(unary).map(([name, f]) => one(name, f)), ...Object.entries(binary).map(([name, f]) => paired(on, name, f)),
    ...activations.map((f, i) => { on.call('f32_activation', [at, y, n, 128, i + 1], 3); return outcome(`f32_activation ${i + 1}`, on.read(y, n), Float64Array.from(x, f)) }),
    geglu(on), where(on), ...Object.entries(comparisons).map(([name, f]) => compared(on, name, f)),
  ]
}

/** Rows of 7, then 13 blocks flat; operands that repeat along an axis. */
function paired(on: Machine, name: string, f: (a: number, b: number) => number): Outcome {
  const a = inputs(3 * 5 * 7, 2).map(name === 'pow' ? Math.abs : v => v), b = inputs(5 * 7, 3), pa = on.put(a), pb = on.put(b), rows = on.room(105), flat = on.room(105), fixed = on.room(105)
  on.call(`f32_${name}`, [pa, pb, rows, 0, 1, 3, 5, 7, 0, 35, 7, 1, 0, 0, 7, 1], 15)
  on.call(`f32_${name}`, [pa, pa, flat, 9, 1, 1, 1, 105, 0, 0, 0, 1, 0, 0, 0, 1], 12)
  on.call(`f32_${name}`, [pa, pb, fixed, 16, 1, 1, 1, 105, 0, 0, 0, 1, 0, 0, 0, 0], 7)
  const got = Float32Array.from([...on.read(rows, 105), ...on.read(flat, 105), ...on.read(fixed, 105)])
  return outcome(`f32_${name}`, got, Float64Array.from([...Array.from(a, (v, i) => f(v, b[i % 35]!)), ...Array.from(a, v => f(v, v)), ...Array.from(a, v => f(v, b[0]!))]))
}

/** Of floats, or of bytes. */
const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  f32_equal: (a, b) => a === b, f32_greater: (a, b) => a > b, f32_greater_or_equal: (a, b) => a >= b, f32_less: (a, b) => a < b, f32_less_or_equal: (a, b) => a <= b,
  u8_and: (a, b) => Boolean(a && b), u8_or: (a, b) => Boolean(a || b), u8_xor: (a, b) => !a !== !b,
}

/** Rows of 8, the second operand repeating; then flat in blocks of 9. */
function compared(on: Machine, name: string, f: (a: number, b: number) => boolean): Outcome {
  const few = (n: number, seed: number): number[] => Array.from(values(n, seed), v => Math.round(v)), a = few(80, 8), b = few(8, 9), rows = on.room(20), flat = on.room(20)
  const put = (v: number[]): number => on.put(name.startsWith('u8') ? new Float32Array(Uint8Array.from(v).buffer) : v), pa = put(a), pb = put(b)
  on.call(name, [pa, pb, rows, 0, 1, 1, 10, 8, 0, 0, 8, 1, 0, 0, 0, 1], 10)
  on.call(name, [pa, pb, flat, 9, 1, 1, 1, 80, 0, 0, 0, 1, 0, 0, 0, 0], 9)
  const got = [rows, flat].flatMap(at => Array.from(new Uint8Array(on.read(at, 20).buffer)))
  return { name, error: deviation(got, [...a.map((v, i) => Number(f(v, b[i % 8]!))), ...a.map(v => Number(f(v, b[0]!)))]), tolerance: 0 }
}

function geglu(on: Machine): Outcome {
  const rows = 3, n = 44, x = inputs(rows * 2 * n, 4), y = on.room(rows * n)
  on.call('f32_geglu', [on.put(x), y, n], rows)
  return outcome('f32_geglu', on.read(y, rows * n), Float64Array.from({ length: rows * n }, (_, i) => { const at = Math.floor(i / n) * 2 * n + i % n; return x[at]! * gelu(x[at + n]!) }))
}

/** Rows, then flat in blocks of 20. */
function where(on: Machine): Outcome {
  const a = values(6 * 11, 5), b = values(11, 6), rows = on.room(66), flat = on.room(66), c = Uint8Array.from({ length: 68 }, (_, i) => i % 3 === 1 ? 1 : 0), [pc, pa, pb] = [on.put(new Float32Array(c.buffer)), on.put(a), on.put(b)]
  on.call('f32_where', [pc, pa, pb, rows, 0, 1, 1, 6, 11, 0, 0, 11, 1, 0, 0, 11, 1, 0, 0, 0, 1], 6)
  on.call('f32_where', [pc, pa, pb, flat, 20, 1, 1, 1, 66, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0], 4)
  return outcome('f32_where', Float32Array.from([...on.read(rows, 66), ...on.read(flat, 66)]), Float64Array.from([...Array.from(a, (v, i) => c[i] ? v : b[i % 11]!), ...Array.from(a, (v, i) => c[i] ? v : b[0]!)]))
}
