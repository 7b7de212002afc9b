import { float32, int64, numbers, tensor } from '../graph/numbers.js'
import { axesOf, checkPossible } from '../graph/shape.js'
import { size, type Fact, type Tensor } from '../graph/value.js'
import { call, op, type Attrs, type Op, type Term } from './op.js'
import { resampleAxis, type Axis, type Resampling } from './families/resample.js'

const attrs = {
  antialias: 0, axes: null as readonly number[] | null, coordinate_transformation_mode: 'half_pixel', cubic_coeff_a: -0.75, exclude_outside: 0, extrapolation_value: 0,
  keep_aspect_ratio_policy: 'stretch', mode: 'nearest', nearest_mode: 'round_prefer_floor',
}
const longest = 2 ** 20
interface Axes { readonly shape: number[]; readonly axes: (Axis | undefined)[] }

/** The new shape, and by how much each axis is stretched. `along` are the axes that scales or sizes are given for. */
function extentsOf(x: Fact, scales: readonly number[], sizes: readonly number[], a: Attrs<typeof attrs>): { along: readonly number[]; shape: number[]; scale: number[] } {
  const rank = x.shape.length, along = a.axes ? axesOf(a.axes, rank) : x.shape.map((_, i) => i), scale = new Array<number>(rank).fill(1), shape = [...x.shape]
  if (scales.length ? scales.length !== along.length : sizes.length !== along.length) throw new Error('scales or sizes, one for each axis, are needed')
  if (sizes.length) {
    const ratios = along.map((d, i) => sizes[i]! / x.shape[d]!), common = a.keep_aspect_ratio_policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios)
    along.forEach((d, i) => {
      scale[d] = a.keep_aspect_ratio_policy === 'stretch' ? ratios[i]! : common
      shape[d] = a.keep_aspect_ratio_policy === 'stretch' ? sizes[i]! : Math.floor(common * x.shape[d]! + 0.5)
    })
  } else along.forEach((d, i) => { scale[d] = scales[i]!; shape[d] = Math.floor(x.shape[d]! * scales[i]!) })
  checkPossible(shape)
  // Every place of an axis has its list of what it reads.
  const long = shape.find((m, d) => along.includes(d) && m !== x.shape[d] && m > longest)
  if (long !== undefined) throw new Error(`an axis is resized to at most ${longest}, not ${long}`)
  if (size(x.shape) === 0 && size(shape) > 0) throw new Error(`nothing [${x.shape}] cannot become [${shape}]`)
  return { along, shape, scale }
}

/** The new shape, and for every axis that changes how it is resampled. */
function resize(x: Fact, roi: readonly number[], scales: readonly number[], sizes: readonly number[], a: Attrs<typeof attrs>): Axes {
  const { along, shape, scale } = extentsOf(x, scales, sizes, a)
  const how: Resampling = { mode: a.mode, coordinate: a.coordinate_transformation_mode, nearest: a.nearest_mode, cubic: a.cubic_coeff_a, excludeOutside: a.exclude_outside !== 0, antialias: a.antialias !== 0 }
  const crop = a.coordinate_transformation_mode === 'tf_crop_and_resize'
  return {
    shape,
    axes: shape.map((m, d) => {
      const k = along.indexOf(d)
      if (k < 0 || (!crop && m === x.shape[d] && scale[d] === 1)) return undefined
      return resampleAxis(x.shape[d]!, m, scale[d]!, how, crop ? [roi[k]!, roi[k + along.length]!] : [0, 1])
    }),
  }
}

function apply(x: Tensor, r: Axes, extrapolation: number): Tensor {
  let values = numbers(x), shape = [...x.shape]
  r.axes.forEach((axis, d) => {
    if (!axis) return
    const outer = size(shape.slice(0, d)), n = shape[d]!, inner = size(shape.slice(d + 1)), m = axis.from.length, out = new Float64Array(outer * m * inner)
    for (let o = 0; o < outer; o++) for (let i = 0; i < m; i++) axis.from[i]!.forEach((k, t) => {
      for (let e = 0; e < inner; e++) out[(o * m + i) * inner + e]! += values[(o * n + k) * inner + e]! * axis.weights[i]![t]!
    })
    values = out
    shape = shape.map((v, i) => i === d ? m : v)
  })
  const out = Float64Array.from(values)
  r.axes.forEach((axis, d) => {
    if (!axis?.outside.some(Boolean)) return
    const inner = size(shape.slice(d + 1))
    for (let i = 0; i < out.length; i++) if (axis.outside[Math.floor(i / inner) % shape[d]!]) out[i] = extrapolation
  })
  return tensor(x.type, shape, out)
}

/** The values of an input that this version of the operator has (0: it has not). */
const at = (inputs: readonly (Fact | undefined)[], i: number): number[] => { const t = i ? inputs[i]?.value : undefined; return t ? Array.from(numbers(t)) : [] }

const variant = (name: string, since: number, defaults: typeof attrs, roi: number, scales: number, sizes: number): Op => {
  const of = (inputs: readonly (Fact | undefined)[], a: Attrs<typeof attrs>): Axes => resize(inputs[0]!, at(inputs, roi), at(inputs, scales), at(inputs, sizes), a)
  return op({
    name, since, attrs: defaults, values: [roi, scales, sizes].filter(i => i > 0),
    infer: (inputs, a) => [{ type: inputs[0]!.type, shape: extentsOf(inputs[0]!, at(inputs, scales), at(inputs, sizes), a).shape }],
    // Nearest neighbours are gathered, axis by axis; the others are a product with a matrix of weights along each axis.
    means(inputs, a, facts) {
      const r = of(facts, a)
      if ((facts[0]!.type !== 'float32' && a.mode !== 'nearest') || r.axes.some(x => x?.outside.some(Boolean)) || (a.mode !== 'nearest' && r.axes.some((x, d) => x && d < facts[0]!.shape.length - 2))) return undefined
      let x: Term = inputs[0]!
      r.axes.forEach((axis, d) => {
        if (!axis) return
        const n = facts[0]!.shape[d]!, m = axis.from.length
        if (a.mode === 'nearest') { x = call('Gather', [x, { constant: int64(axis.from.map(f => f[0]!)) }], { axis: d }); return }
        const weights = new Float32Array(n * m), last = d === r.shape.length - 1
        axis.from.forEach((from, i) => from.forEach((k, t) => { weights[last ? k * m + i : i * n + k]! += axis.weights[i]![t]! }))
        const matrix: Term = { constant: float32(weights, last ? [n, m] : [m, n]) }
        x = call('MatMul', last ? [x, matrix] : [matrix, x])
      })
      return [x === inputs[0] ? call('Identity', [x]) : x]
    },
    compute(inputs, a) { const x = inputs[0] as Tensor; return [apply(x, of(inputs.map(t => t && { ...(t as Tensor), value: t as Tensor }), a), a.extrapolation_value)] },
  })
}

export default [
  variant('Resize', 10, { ...attrs, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'simple' }, 0, 1, 0),
  variant('Resize', 11, attrs, 1, 2, 3),
  variant('Upsample', 9, { ...attrs, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, 0, 1, 0),
]
