import { type Tensor } from '../graph/value.js'
import { castKernel, castLaunch } from './families/cast-kernels.js'
import { convert } from './families/convert.js'
import { op, type Strings } from './op.js'

export default op({
  name: 'CastLike', since: 15, attrs: { saturate: 1, round_mode: 'up' },
  infer: ([x, like]) => [{ type: like!.type, shape: x!.shape }],
  kernels: ([x], [y]) => castKernel(x!.type, y!.type) !== undefined && !x!.layout,
  launch: ({ in: [x], out: [y] }) => [castLaunch(x!, y!)],
  compute: ([x, like], { saturate, round_mode: mode }) => [convert(x as Tensor | Strings, (like as Tensor).type, saturate !== 0, mode)],
})
