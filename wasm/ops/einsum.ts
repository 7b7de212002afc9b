import { int64, numbers, tensor } from '../graph/numbers.js'
import { offsets, strides } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { call, op, type Term } from './op.js'

interface Equation { readonly inputs: string[][]; readonly output: string[]; readonly dims: Map<string, number> }

/** Reads "ij,jk->ik"; an ellipsis becomes labels of its own, broadcast where 1. */
function parse(text: string, shapes: readonly (readonly number[])[]): Equation {
  const [left, right] = text.replace(/\s/g, '').split('->') as [string, string | undefined], parts = left.split(',')
  if (parts.length !== shapes.length) throw new Error(`the equation "${text}" names ${parts.length} operands, not ${shapes.length}`)
  const dims = new Map<string, number>(), ellipsis: string[] = []
  const inputs = parts.map((p, i) => {
    const [before, after] = p.split('...') as [string, string | undefined], hidden = shapes[i]!.length - p.replace('...', '').length
    if (hidden < 0 || (hidden > 0 && after === undefined)) throw new Error(`the equation "${text}" does not fit [${shapes[i]}]`)
    const names = after === undefined ? [] : Array.from({ length: hidden }, (_, k) => `.${hidden - k}`)
    if (names.length > ellipsis.length) ellipsis.splice(0, ellipsis.length, ...names)
    const labels = [...before, ...names, ...after ?? '']
    labels.forEach((l, k) => {
      const d = shapes[i]![k]!, seen = dims.get(l) ?? 1
      if (seen !== 1 && d !== 1 && d !== seen) throw new Error(`the equation "${text}" has "${l}" as ${seen} and as ${d}`)
      dims.set(l, Math.max(seen, d))
    })
    return labels
  })
  const once = [...new Set(left.replace(/[.,]/g, ''))].filter(l => left.split(l).length === 2).sort()
  const [before, after] = (right ?? `...${once.join('')}`).split('...') as [string, string | undefined]
  const output = after === undefined ? [...before] : [...before, ...ellipsis, ...after]
  if (output.some(l => !dims.has(l))) throw new Error(`the equation "${text}" makes a label of nothing`)
  return { inputs, output, dims }
}

/** One operand without repeated labels: sums over those that the result has not, and a transposition. */
function single(x: Term, labels: readonly string[], { output }: Equation): Term[] | undefined {
  if (new Set(labels).size !== labels.length || new Set(output).size !== output.length) return undefined
  const left = labels.filter(l => output.includes(l)), summed = labels.flatMap((l, i) => output.includes(l) ? [] : [i])
  return [call('Transpose', [summed.length ? call('ReduceSum', [x, { constant: int64(summed) }], { keepdims: 0 }) : x], { perm: output.map(l => left.indexOf(l)) })]
}

export default op({
  name: 'Einsum', since: 12, attrs: { equation: '' },
  infer: (inputs, { equation }) => { const e = parse(equation, inputs.map(x => x!.shape)); return [{ type: inputs[0]!.type, shape: e.output.map(l => e.dims.get(l)!) }] },
  means(inputs, { equation }, facts) {
    const e = parse(equation, facts.map(f => f!.shape)), [a, b] = e.inputs as [string[], string[]]
    if (e.inputs.length === 1) return single(inputs[0]!, a, e)
    // Two operands without repeated or lonely labels are a batched matrix product.
    if (e.inputs.length !== 2 || facts.some((f, i) => e.inputs[i]!.some((l, k) => f!.shape[k] !== e.dims.get(l)))) return undefined
    if (e.inputs.some(l => new Set(l).size !== l.length) || [...a, ...b].some(l => !e.output.includes(l) && !(a.includes(l) && b.includes(l)))) return undefined
    const batch = a.filter(l => b.includes(l) && e.output.includes(l)), inner = a.filter(l => b.includes(l) && !e.output.includes(l)), rows = a.filter(l => !b.includes(l)), columns = b.filter(l => !a.includes(l))
    const dims = (ls: readonly string[]): number[] => ls.map(l => e.dims.get(l)!)
    const matrix = (x: Term | undefined, labels: readonly string[], order: readonly string[], shape: readonly number[]): Term =>
      call('Reshape', [call('Transpose', [x], { perm: order.map(l => labels.indexOf(l)) }), { constant: int64(shape) }], { allowzero: 1 })
    const product = call('MatMul', [
      matrix(inputs[0], a, [...batch, ...rows, ...inner], [...dims(batch), size(dims(rows)), size(dims(inner))]),
      matrix(inputs[1], b, [...batch, ...inner, ...columns], [...dims(batch), size(dims(inner)), size(dims(columns))]),
    ])
    const made = [...batch, ...rows, ...columns]
    return [call('Transpose', [call('Reshape', [product, { constant: int64(dims(made)) }], { allowzero: 1 })], { perm: e.output.map(l => made.indexOf(l)) })]
  },
  compute(inputs, { equation }) {
    const ts = inputs as Tensor[], e = parse(equation, ts.map(t => t.shape)), summed = [...e.dims.keys()].filter(l => !e.output.includes(l)), shape = e.output.map(l => e.dims.get(l)!)
    const by = (t: Tensor, labels: readonly string[], over: readonly string[]): number[] => { const s = strides(t.shape); return over.map(l => labels.reduce((sum, x, i) => x === l && t.shape[i] !== 1 ? sum + s[i]! : sum, 0)) }
    const outer = ts.map((t, i) => offsets(shape, by(t, e.inputs[i]!, e.output))), inner = ts.map((t, i) => offsets(summed.map(l => e.dims.get(l)!), by(t, e.inputs[i]!, summed)))
    if (size([...e.dims.values()]) > 2 ** 32) throw new Error(`the equation "${equation}" has too many products: ${size([...e.dims.values()])}`)
    const v = ts.map(numbers), out = new Float64Array(size(shape))
    for (let o = 0; o < out.length; o++) for (let k = 0; k < inner[0]!.length; k++) {
      let p = 1
      for (let i = 0; i < v.length; i++) p *= v[i]![outer[i]![o]! + inner[i]![k]!]!
      out[o]! += p
    }
    return [tensor(ts[0]!.type, shape, out)]
  },
})
