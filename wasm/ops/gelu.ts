import { type Tensor } from '../graph/value.js'
import { activationLaunch } from '../launches/activation.js'
import { erf } from './families/erf.js'
import { mapped } from './families/elementwise.js'
import { op } from './op.js'

export const gelu = (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2))
export const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

export default op({
  name: 'Gelu', since: 20, attrs: { approximate: 'none' }, inPlace: [0], infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  launch: ({ in: [x], out: [y] }, { approximate }) => [activationLaunch(x!, y!, approximate === 'tanh' ? 'geluTanh' : 'gelu')],
  compute: ([x], { approximate }) => [mapped(x as Tensor, undefined, approximate === 'tanh' ? geluTanh : gelu)],
})
