import { int64 } from '../graph/numbers.js'
import { call, op } from './op.js'

export default op({
  name: 'DepthToSpace', since: 1, attrs: { blocksize: 1, mode: 'DCR' },
  infer([x], { blocksize: b }) { const [n, c, h, w] = x!.shape as [number, number, number, number]; return [{ type: x!.type, shape: [n, c / b ** 2, h * b, w * b] }] },
  means([x], { blocksize: b, mode }, [f]) {
    const [n, c, h, w] = f!.shape as [number, number, number, number], to = (shape: readonly number[]): { constant: ReturnType<typeof int64> } => ({ constant: int64(shape) })
    const parts = mode === 'CRD' ? call('Transpose', [call('Reshape', [x, to([n, c / b ** 2, b, b, h, w])])], { perm: [0, 1, 4, 2, 5, 3] }) : call('Transpose', [call('Reshape', [x, to([n, b, b, c / b ** 2, h, w])])], { perm: [0, 3, 4, 1, 5, 2] })
    return [call('Reshape', [parts, to([n, c / b ** 2, h * b, w * b])])]
  },
})
