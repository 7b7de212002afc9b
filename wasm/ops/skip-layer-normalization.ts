import { call, op, type Op } from './op.js'

/** Layer normalisation of x + skip (+ bias); the fourth output is that sum. */
const variant = (name: string, rms: boolean): Op => op({
  name, domain: 'com.microsoft', since: 1, attrs: { epsilon: 1e-12 },
  infer([x], _a, outputs) { const rows = { type: 'float32' as const, shape: [...x!.shape.slice(0, -1), 1] }; return [{ type: x!.type, shape: x!.shape }, rows, rows, { type: x!.type, shape: x!.shape }].slice(0, outputs) },
  means(inputs, { epsilon }, _facts, _opset, outputs) {
    const [x, skip, gamma, beta, bias] = rms ? [inputs[0], inputs[1], inputs[2], undefined, inputs[3]] : inputs, sum = call('Add', [x, skip]), all = bias ? call('Add', [sum, bias]) : sum
    if (rms) return [call('RMSNormalization', [all, gamma], { epsilon }), all, all, all]
    const norm = { op: 'LayerNormalization', args: [all, gamma, beta], attrs: { epsilon }, outputs: outputs > 1 ? 3 : 1 }
    return outputs > 1 ? [norm, { ...norm, output: 1 }, { ...norm, output: 2 }, all] : [norm]
  },
})
export default [variant('SkipLayerNormalization', false), variant('SkipSimplifiedLayerNormalization', true)]
