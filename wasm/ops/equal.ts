import { broadcast, offsets, spread } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { binaryFits, binaryLaunch, paired } from './families/elementwise.js'
import { op, type Strings } from './op.js'

/** Text may be compared too. */
function texts(a: Strings, b: Strings): Tensor {
  const shape = broadcast(a.shape, b.shape), p = offsets(shape, spread(a.shape, shape)), q = offsets(shape, spread(b.shape, shape))
  return { type: 'bool', shape, data: Uint8Array.from(p, (o, i) => Number(a.data[o] === b.data[q[i]!])) }
}

export default op({
  name: 'Equal', since: 7, attrs: {},
  infer: ([a, b]) => [{ type: 'bool', shape: broadcast(a!.shape, b!.shape) }],
  kernels: ([a, b], [y]) => binaryFits(a!, b!, y!),
  launch: ({ in: [a, b], out: [y] }) => [binaryLaunch('f32_equal', a!, b!, y!)],
  compute: ([a, b]) => [a!.type === 'string' ? texts(a as Strings, b as Strings) : paired(a as Tensor, b as Tensor, 'bool', (p, q) => Number(p === q), (p, q) => p === q)],
})
