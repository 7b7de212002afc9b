import { call, op, scalar, type Term } from './op.js'
import { windowAttrs } from './families/window.js'

function activated(y: Term, name: string, p: readonly number[]): Term {
  switch (name) {
    case '': return y
    case 'LeakyRelu': return call('LeakyRelu', [y], { alpha: p[0] ?? 0.01 })
    case 'HardSigmoid': return call('HardSigmoid', [y], { alpha: p[0] ?? 0.2, beta: p[1] ?? 0.5 })
    case 'Clip': return call('Clip', [y, scalar(p[0]!), scalar(p[1]!)])
    case 'Relu': case 'Sigmoid': case 'Tanh': return call(name, [y])
    default: throw new Error(`there is no fused activation "${name}"`)
  }
}

/** Convolution, a sum to add, an activation. */
export default op({
  name: 'FusedConv', domain: 'com.microsoft', since: 1, attrs: { ...windowAttrs, group: 1, activation: '', activation_params: [] as readonly number[] },
  means([x, w, bias, sum], { activation, activation_params: p, ...a }) {
    const y = call('Conv', [x, w, bias], given(a))
    return [activated(sum ? call('Add', [y, sum]) : y, activation, p)]
  },
})

/** Attributes without those that were left out. */
export const given = (a: Readonly<Record<string, unknown>>): Record<string, unknown> => Object.fromEntries(Object.entries(a).filter(([, v]) => !Array.isArray(v) || v.length))
