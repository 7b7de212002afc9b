import { float } from '../launches/gemm.js'
import { type Method } from '../launches/conv.js'
import { packPlan } from '../launches/pack-filter.js'
import { op } from './op.js'

/** Convolution filters [n, c / group, kh, kw] as the method's kernels read them. */
export default op({
  name: 'PackFilter', domain: 'noisegraph', since: 1, attrs: { method: 'direct', group: 1 },
  infer([x], { method, group }) {
    const { bytes, depth } = packPlan(method as Method, x!.shape, group)
    return [float(x!.shape, { layout: method, bytes, ...depth && { depth } })]
  },
  launch: ({ in: [x], out: [y] }, { method, group }) => packPlan(method as Method, x!.shape, group).launch(x!, y!),
})
