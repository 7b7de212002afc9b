import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { call, op } from './op.js'

const attrs = { K: 1, N: 1, bits: 4, block_size: 32 }

/** Weights of a few bits, in blocks along K with a scale each, as a matrix [K, N]. */
const unpacked = op({
  name: 'UnpackBits', domain: 'noisegraph', since: 1, attrs,
  infer: ([, scales], { K, N }) => [{ type: scales!.type, shape: [K, N] }],
  compute([packed, scales, zeros, groups], { K, N, bits, block_size: block }) {
    const q = (packed as Tensor).data as Uint8Array, s = numbers(scales as Tensor), blocks = Math.ceil(K / block), per = 8 / bits, mask = (1 << bits) - 1, row = blocks * block / per, out = new Float64Array(K * N)
    const z = zeros && ((zeros as Tensor).type === 'uint8' ? (zeros as Tensor).data as Uint8Array : undefined), real = zeros && !z ? numbers(zeros as Tensor) : undefined, zeroRow = Math.ceil(blocks / per), group = groups && numbers(groups as Tensor)
    for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) {
      const b = group ? group[k]! : Math.floor(k / block), v = q[n * row + Math.floor(k / per)]! >> k % per * bits & mask
      const zero = real ? real[n * blocks + b]! : z ? z[n * zeroRow + Math.floor(b / per)]! >> b % per * bits & mask : 1 << (bits - 1)
      out[k * N + n] = (v - zero) * s[n * blocks + b]!
    }
    return [tensor((scales as Tensor).type, [K, N], out)]
  },
})

export default [
  unpacked,
  op({
    name: 'MatMulNBits', domain: 'com.microsoft', since: 1, attrs: { ...attrs, accuracy_level: 0 },
    infer: ([a], { N }) => [{ type: a!.type, shape: [...a!.shape.slice(0, -1), N] }],
    means([a, b, scales, zeros, groups, bias], { K, N, bits, block_size }) {
      const y = call('MatMul', [a, call('UnpackBits', [b, scales, zeros, groups], { K, N, bits, block_size }, 'noisegraph')])
      return [bias ? call('Add', [y, bias]) : y]
    },
  }),
]
