import { axisOf, strides } from '../graph/shape.js'
import { rearrange } from './families/rearrange.js'

export default rearrange({
  name: 'Concat', since: 4, attrs: { axis: 0 },
  plan(inputs, attrs) {
    const axis = axisOf(attrs.axis, inputs[0]!.shape.length)
    for (const x of inputs) if (x!.shape.length !== inputs[0]!.shape.length || x!.shape.some((d, i) => i !== axis && d !== inputs[0]!.shape[i])) throw new Error('the shapes differ beside the axis')
    if (inputs.some(x => x!.type !== inputs[0]!.type)) throw new Error('the types differ')
    const shape = inputs[0]!.shape.map((d, i) => i === axis ? inputs.reduce((a, x) => a + x!.shape[axis]!, 0) : d), to = strides(shape)
    let at = 0
    return { shape, moves: inputs.map((x, input) => { const toStart = at * to[axis]!; at += x!.shape[axis]!; return { input, move: { shape: x!.shape, from: strides(x!.shape), fromStart: 0, to, toStart } } }) }
  },
})
