import { float } from '../launches/gemm.js'
import { op, u32 } from './op.js'

/** x [..., 2n] to its first half times the GELU of its second: [..., n], n a multiple of 4 (Shazeer 2020). */
export default op({
  name: 'Geglu', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([x]) => [float([...x!.shape.slice(0, -1), x!.shape[x!.shape.length - 1]! / 2])],
  launch({ in: [x], out: [y] }) {
    const n = y!.shape[y!.shape.length - 1]!
    return [{ kernel: 'f32_geglu', args: [x!, y!, u32(n)], tiles: y!.shape.slice(0, -1).reduce((p, q) => p * q, 1) }]
  },
})
