import { float, packPanels, panelBytes } from '../launches/gemm.js'
import { op } from './op.js'

/** The matrix [k, n] (or [n, k] transposed) in panels of 16 columns: [n/16][k][16]. */
export default op({
  name: 'PackPanels', domain: 'noisegraph', since: 1, attrs: { transposed: 0 },
  infer([x], { transposed }) {
    const [rows, columns] = x!.shape as [number, number]
    const [k, n] = transposed ? [columns, rows] : [rows, columns]
    return [float(x!.shape, { layout: 'panels', bytes: panelBytes(k, n), depth: k })]
  },
  launch({ in: [x], out: [y] }, { transposed }) {
    const [rows, columns] = x!.shape as [number, number]
    return [transposed ? packPanels(x!, y!, columns, rows, true) : packPanels(x!, y!, rows, columns, false)]
  },
})
