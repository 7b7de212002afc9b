import { type Activation, activationLaunch } from '../launches/activation.js'
import { op } from './op.js'

/** One of the activations that kernels know, elementwise. */
export default op({
  name: 'Activate', domain: 'noisegraph', since: 1, attrs: { act: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  inPlace: [0],
  launch: ({ in: [x], out: [y] }, { act }) => [activationLaunch(x!, y!, act as Activation)],
})
