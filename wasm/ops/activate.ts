import { activation } from '../launches/activation.js'
import { count, op, u32 } from './op.js'

const BLOCK = 4096

/** One of the activations that kernels know, elementwise. */
export default op({
  name: 'Activate', domain: 'noisegraph', since: 1, attrs: { act: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  inPlace: [0],
  launch: ({ in: [x], out: [y] }, { act }) => [{ kernel: 'f32_activation', args: [x!, y!, u32(count(x!)), u32(BLOCK), u32(activation(act))], tiles: Math.ceil(count(x!) / BLOCK) }],
})
