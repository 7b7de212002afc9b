import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

/** Group normalisation, from the InstanceNormalization between two reshapes that PyTorch's exporter writes, and with the SiLU behind it. */
export const fuseNorms = (draft: Draft): Draft => rewrite(rewrite(draft, [groupNorm, layerNorm]), [withSilu])

const all = (v: string | undefined, value: number, view: View): boolean => {
  const f = v === undefined ? undefined : view.facts.get(v)
  return Boolean(f && f.shape.reduce((a, b) => a * b, 1) <= 4096 && f.value && (f.value.data as Float32Array).every(x => x === value))
}
/** [1, ..., c, 1, ..., 1] against [batch, c, ...]: one value a channel. */
const perChannel = (v: string | undefined, shape: readonly number[], view: View): boolean => {
  const own = view.shape(v), c = own.length - (shape.length - 1)
  return v !== undefined && own.length >= shape.length - 1 && own.every((n, i) => i === c ? n === shape[1] : n === 1)
}

function groupNorm(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Add') return undefined
  const shape = view.shape(s.outputs[0])
  for (const i of [0, 1]) {
    const mul = view.from(s.inputs[i], 'Mul'), beta = s.inputs[1 - i]
    if (!mul || !perChannel(beta, shape, view)) continue
    for (const j of [0, 1]) {
      const back = view.from(mul.inputs[j], 'Reshape'), gamma = mul.inputs[1 - j]
      const norm = view.from(back?.inputs[0], 'InstanceNormalization'), split = view.from(norm?.inputs[0], 'Reshape')
      if (!norm || !split || !perChannel(gamma, shape, view) || !all(norm.inputs[1], 1, view) || !all(norm.inputs[2], 0, view)) continue
      const x = split.inputs[0]!, [batch, groups] = view.shape(split.outputs[0])
      if (view.shape(x).join() !== shape.join() || batch !== shape[0] || shape[1]! % groups!) continue
      return { op: 'GroupNormNchw', inputs: [x, gamma!, beta!], attrs: { groups, epsilon: norm.attrs['epsilon'] } }
    }
  }
  return undefined
}

/** Over the last axis, with nothing but the result asked for. */
function layerNorm(s: Step, view: View): Rewriting {
  if (s.op.name !== 'LayerNormalization' || s.outputs.filter(v => v).length > 1) return undefined
  const shape = view.shape(s.inputs[0]), n = shape.at(-1), axis = Number(s.attrs['axis'])
  if ((axis + shape.length) % shape.length !== shape.length - 1 || s.inputs.some(v => v && view.facts.get(v)?.type !== 'float32') || s.inputs.slice(1).some(v => v && view.shape(v).join() !== `${n}`)) return undefined
  return { op: 'LayerNorm', inputs: s.inputs, attrs: { epsilon: s.attrs['epsilon'] } }
}

function withSilu(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Activate' || s.attrs['act'] !== 'silu') return undefined
  const norm = view.from(s.inputs[0], 'GroupNormNchw')
  return norm && view.only(s.inputs[0]!) ? { op: 'GroupNormNchw', inputs: norm.inputs, attrs: { ...norm.attrs, act: 'silu' } } : undefined
}
