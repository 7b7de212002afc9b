import { type Machine, type Outcome, deviation, values } from './machine.js'

const n = 1061
const even = (x: number): number => { const r = Math.round(x); return r - x === 0.5 && r % 2 ? r - 1 : r }

export default (on: Machine): Outcome[] => [...[0, 1].map(signed => quantise(on, signed)), range(on), join(on, true), join(on, false), ...[0, 1].flatMap(signed => [0, 1].map(turn => requantise(on, signed, turn)))]

function quantise(on: Machine, signed: number): Outcome {
  const x = values(n, 1).map(v => v * 9), scale = 0.0625, zero = signed ? -7 : 99, y = on.room(n / 4 + 1)
  on.call('f32_quantise', [on.put(x), on.put([scale]), on.put(float(Uint8Array.of(zero & 255, 0, 0, 0))), y, n, signed], Math.ceil(n / 1024))
  const got = on.read(y, Math.ceil(n / 4)), bytes = signed ? new Int8Array(got.buffer, 0, n) : new Uint8Array(got.buffer, 0, n)
  return { name: `f32_quantise to ${signed ? '' : 'u'}int8`, error: deviation(bytes, Float64Array.from(x, v => Math.min(signed ? 127 : 255, Math.max(signed ? -128 : 0, even(v / scale) + zero)))), tolerance: 0 }
}

function range(on: Machine): Outcome {
  const x = values(5000, 2).map(v => v * 3 + 1), args = [on.put(x), on.room(4), on.room(1), on.room(1), on.room(1), x.length] as const
  on.call('f32_range', args, 2)
  on.call('f32_range_scale', args, 1)
  const low = Math.min(0, ...x), scale = Math.fround((Math.max(0, ...x) - low) / 255)
  const got = [on.read(args[2], 1)[0]!, on.read(args[4], 1)[0]!, new Uint8Array(on.read(args[3], 1).buffer)[0]!]
  return { name: 'f32_range', error: deviation(got, [scale, scale, even(Math.fround(-low / scale))]), tolerance: 0 }
}

function join(on: Machine, halves: boolean): Outcome {
  const high = values(n, 3).map(v => Math.round(v * 1e6)), low = values(n, 4).map(v => Math.round(v * 1e6)), before = Int32Array.from(high, (v, i) => v * 7 - i), y = on.room(n)
  on.call('i32_join', [on.put(high), halves ? on.put(low) : 0, on.put(new Float32Array(before.buffer)), y, n], Math.ceil(n / 1024))
  return { name: `i32_join${halves ? ' of halves' : ''}`, error: deviation(new Int32Array(on.read(y, n).buffer), Float64Array.from(high, (v, i) => (halves ? 16 * v + low[i]! : v) + before[i]!)), tolerance: 0 }
}

/** Two pictures of 67 pixels and 70 channels. Scales are powers of two, so that halves are met. */
function requantise(on: Machine, signed: number, turn: number): Outcome {
  const batch = 2, rows = 67, n = 70, size = batch * rows * n, x = Int32Array.from(values(size, 5), v => v * 3000), bias = Int32Array.from(values(n, 6), v => v * 500), scales = Array.from({ length: n }, (_, c) => 2 ** -(c % 3)), zero = signed ? -7 : 99
  const y = on.room(Math.ceil(size / 4)), int = (a: Int32Array): number => on.put(new Float32Array(a.buffer))
  on.call('i32_requantise', [int(x), int(bias), on.put([0.25]), on.put(scales), 1, on.put([2]), on.put(float(Uint8Array.of(zero & 255, 0, 0, 0))), y, turn ? rows : rows * batch, n, signed, turn], turn ? batch * 2 : Math.ceil(rows * batch / 64))
  const got = on.read(y, Math.ceil(size / 4)), bytes = signed ? new Int8Array(got.buffer, 0, size) : new Uint8Array(got.buffer, 0, size), expected = new Float64Array(size)
  x.forEach((v, i) => {
    const c = i % n, p = Math.floor(i / n), at = turn ? (Math.floor(p / rows) * n + c) * rows + p % rows : i
    expected[at] = Math.min(signed ? 127 : 255, Math.max(signed ? -128 : 0, even((v + bias[c]!) * scales[c]! / 8) + zero))
  })
  return { name: `i32_requantise to ${signed ? '' : 'u'}int8${turn ? ', turned' : ''}`, error: deviation(bytes, expected), tolerance: 0 }
}

const float = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.buffer)
