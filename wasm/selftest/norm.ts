import { type Machine, type Outcome, deviation, f32, values } from './machine.js'

const epsilon = 1e-5

export default (on: Machine): Outcome[] => [groupNorm(on, 24, 3, 2), groupNorm(on, 70, 7, 0), layerNorm(on)]

function groupNorm(on: Machine, c: number, groups: number, act: number): Outcome {
  const batch = 2, pixels = 21, block = 8, blocks = Math.ceil(pixels / block), width = c / groups
  const x = values(batch * pixels * c, 1).map(v => v + 3), gamma = values(c, 2), beta = values(c, 3), y = on.room(x.length)
  const args = [on.put(x), y, on.put(gamma), on.put(beta), on.room(batch * blocks * 2 * c), on.room(batch * 2 * c), pixels, c, groups, block, blocks, f32(epsilon), act]
  on.call('f32_group_norm_sum', args, batch * blocks)
  on.call('f32_group_norm_scale', args, batch * groups)
  on.call('f32_group_norm_apply', args, batch * blocks)
  const expected = Float64Array.from(x, (v, i) => {
    const b = Math.floor(i / c / pixels), g = Math.floor(i % c / width)
    let sum = 0, square = 0
    for (let p = 0; p < pixels; p++) for (let j = 0; j < width; j++) sum += x[(b * pixels + p) * c + g * width + j]!
    const mean = sum / pixels / width
    for (let p = 0; p < pixels; p++) for (let j = 0; j < width; j++) square += (x[(b * pixels + p) * c + g * width + j]! - mean) ** 2
    const u = (v - mean) / Math.sqrt(square / pixels / width + epsilon) * gamma[i % c]! + beta[i % c]!
    return act ? u / (1 + Math.exp(-u)) : u
  })
  return { name: `f32_group_norm ${c}/${groups}`, error: deviation(on.read(y, x.length), expected), tolerance: 1e-5 }
}

function layerNorm(on: Machine): Outcome {
  const rows = 3, n = 45, x = values(rows * n, 4), gamma = values(n, 5), beta = values(n, 6), y = on.room(x.length)
  on.call('f32_layer_norm', [on.put(x), y, on.put(gamma), on.put(beta), n, f32(epsilon), 0], rows)
  const expected = Float64Array.from(x, (v, i) => {
    const row = x.subarray(i - i % n, i - i % n + n), mean = row.reduce((s, u) => s + u, 0) / n, variance = row.reduce((s, u) => s + (u - mean) ** 2, 0) / n
    return (v - mean) / Math.sqrt(variance + epsilon) * gamma[i % n]! + beta[i % n]!
  })
  return { name: 'f32_layer_norm', error: deviation(on.read(y, x.length), expected), tolerance: 1e-5 }
}
