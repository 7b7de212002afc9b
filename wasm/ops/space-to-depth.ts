import { int64 } from '../graph/numbers.js'
import { call, op } from './op.js'

export default op({
  name: 'SpaceToDepth', since: 1, attrs: { blocksize: 1 },
  infer([x], { blocksize: b }) { const [n, c, h, w] = x!.shape as [number, number, number, number]; return [{ type: x!.type, shape: [n, c * b ** 2, h / b, w / b] }] },
  means([x], { blocksize: b }, [f]) {
    const [n, c, h, w] = f!.shape as [number, number, number, number]
    const parts = call('Transpose', [call('Reshape', [x, { constant: int64([n, c, h / b, b, w / b, b]) }])], { perm: [0, 3, 5, 1, 2, 4] })
    return [call('Reshape', [parts, { constant: int64([n, c * b ** 2, h / b, w / b]) }])]
  },
})
