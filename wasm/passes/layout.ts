import { opNamed } from '../graph/registry.js'
import { type Fact, size } from '../graph/value.js'
import { windowOf, type WindowAttrs } from '../launches/window.js'
import { transposedAttrs } from '../ops/conv-transpose.js'
import { poolAttrs } from '../ops/families/pool.js'
import { Builder, type Draft, type Step } from './draft.js'
import { sweep } from './sweep.js'

/**
 * Channels last, from end to end. A value may have a twin, the same values as [batch, ..., c]; convolutions, group normalisations and all that can be done
 * to a twin as well make and take twins, and a transposition is left only where something else meets one.
 */
export const layout = (winograd: boolean) => (draft: Draft): Draft => new Layout(draft, winograd).run()

const elementwise = new Set(['Add', 'Sub', 'Mul', 'Div'])
const unary = new Set(['Activate', 'Tanh', 'Clip', 'Neg', 'Exp', 'Sqrt', 'Abs', 'Erf', 'LeakyRelu', 'HardSwish', 'Softplus', 'Mish'])
const noisegraph = (name: string) => opNamed(name, 'noisegraph')

class Layout {
  private readonly build: Builder
  private readonly twins = new Map<string, string>()
  /** Values that were left to their twins so far. */
  private readonly owed = new Set<string>()
  private readonly made = new Map<string, Step>()

  constructor(private readonly draft: Draft, private readonly winograd: boolean) { this.build = new Builder(draft.facts, 'layout') }

  run(): Draft {
    for (const s of this.draft.steps) {
      for (const v of s.outputs) this.made.set(v, s)
      if (this.turned(s)) continue
      for (const v of s.inputs) this.need(v)
      this.build.steps.push(s)
    }
    for (const v of this.draft.outputs) this.need(v)
    return sweep({ ...this.draft, steps: this.build.steps })
  }

  private fact(v: string): Fact { return this.draft.facts.get(v)! }
  private shape(v: string): readonly number[] { return this.fact(v).shape }

  /** Sees to it that a value itself exists. */
  private need(v: string): void {
    if (!this.owed.delete(v)) return
    const twin = this.twins.get(v)!
    this.build.add(noisegraph('ToNchw'), [twin], {}, this.made.get(v)!.node, [v])
  }

  private twin(v: string, s: Step): string {
    let t = this.twins.get(v)
    if (!t) this.twins.set(v, t = this.build.add(noisegraph('ToNhwc'), [v], {}, s.node)[0]!)
    return t
  }

  private leave(s: Step, twin: string): true {
    this.twins.set(s.outputs[0]!, twin)
    this.owed.add(s.outputs[0]!)
    return true
  }

  /** An operator on the twin of one value, and on others as they are. */
  private add(s: Step, name: string, twin: string, others: readonly string[], attrs: Readonly<Record<string, unknown>>): true {
    const op = noisegraph(name)
    for (const v of others) this.need(v)
    return this.leave(s, this.build.add(op, [twin, ...others], { ...op.attrs, ...attrs }, s.node)[0]!)
  }

  /** Does a step on twins; false where that cannot be done. */
  private turned(s: Step): boolean {
    const [x] = s.inputs as [string], out = this.fact(s.outputs[0]!)
    if (out.type !== 'float32' || s.outputs.length !== 1) return false
    switch (s.op.name) {
      case 'Conv': return !s.op.domain && this.conv(s)
      case 'GroupNormNchw': return this.add(s, 'GroupNorm', this.twin(x, s), s.inputs.slice(1), s.attrs)
      case 'ToNhwc': case 'ToNchw': case 'Transpose': return this.transpose(s)
      case 'Concat': return this.concat(s)
      case 'Resize': case 'Upsample': return this.resize(s)
      case 'Reshape': case 'Flatten': return this.reshape(s)
      case 'ConvTranspose': return !s.op.domain && this.convTranspose(s)
      case 'MaxPool': case 'AveragePool': return this.pool(s)
    }
    if (unary.has(s.op.name)) {
      if (!this.twins.has(x)) return false
      for (const v of s.inputs.slice(1)) this.need(v)
      return this.leave(s, this.build.add(s.op, [this.twins.get(x)!, ...s.inputs.slice(1)], s.attrs, s.node)[0]!)
    }
    return elementwise.has(s.op.name) && this.binary(s)
  }

  private conv(s: Step): boolean {
    const [x, w, b] = s.inputs as [string, string, string?]
    if (this.shape(x).length !== 4 || [x, w, b].some(v => v && this.fact(v).type !== 'float32')) return false
    const { strides, dilations, pads } = windowOf(this.shape(x).slice(2), this.shape(w).slice(2), s.attrs as unknown as WindowAttrs)
    const padded = this.made.get(x), extra = padded && zeroPads(padded, v => this.draft.facts.get(v))
    const from = extra ? padded.inputs[0]! : x
    return this.add(s, 'Conv', this.twin(from, s), [w, ...b ? [b] : []], {
      strides, dilations, group: s.attrs['group'], pads: extra ? pads.map((p, i) => p + extra[i]!) : pads, winograd: this.winograd ? 4 : 0,
    })
  }

  private convTranspose(s: Step): boolean {
    const [x, ...filters] = s.inputs as [string, ...string[]], attrs = this.shape(x).length === 4 ? transposedAttrs(s.inputs.map(v => v ? this.fact(v) : undefined), s.attrs as never) : undefined
    return attrs !== undefined && this.add(s, 'ConvTranspose', this.twin(x, s), filters.filter(Boolean), { ...attrs, winograd: this.winograd ? 4 : 0 })
  }

  /** Transpositions between the two layouts move nothing: they only say which of a value and its twin is meant. */
  private transpose(s: Step): boolean {
    const [x] = s.inputs as [string], out = s.outputs[0]!, perm = s.op.name === 'Transpose' ? (s.attrs['perm'] as readonly number[] | null) ?? [] : undefined, rank = this.shape(x).length
    if (rank < 3) return false
    const toLast = perm ? perm.every((p, i) => p === (i === 0 ? 0 : i === rank - 1 ? 1 : i + 1)) && perm.length === rank : s.op.name === 'ToNhwc'
    const toFirst = perm ? perm.every((p, i) => p === (i === 0 ? 0 : i === 1 ? rank - 1 : i - 1)) && perm.length === rank : s.op.name === 'ToNchw'
    if (toLast && this.twins.has(x)) {
      this.build.add(opNamed('Identity'), [this.twins.get(x)!], {}, s.node, [out])
      return true
    }
    if (!toFirst) return false
    this.need(x)
    return this.leave(s, x)
  }

  private concat(s: Step): boolean {
    const rank = this.shape(s.outputs[0]!).length
    if (rank < 3 || (Number(s.attrs['axis']) + rank) % rank !== 1 || !s.inputs.some(v => this.twins.has(v))) return false
    return this.leave(s, this.build.add(s.op, s.inputs.map(v => this.twin(v, s)), { ...s.attrs, axis: rank - 1 }, s.node)[0]!)
  }

  private resize(s: Step): boolean {
    const [x] = s.inputs as [string], from = this.shape(x), to = this.shape(s.outputs[0]!)
    if (from.length !== 4 || from[0] !== to[0] || from[1] !== to[1] || s.attrs['mode'] !== 'nearest' || !this.twins.has(x)) return false
    const [scaleY, scaleX] = [to[2]! / from[2]!, to[3]! / from[3]!]
    const how = s.op.name === 'Upsample' || (s.attrs['coordinate_transformation_mode'] === 'asymmetric' && s.attrs['nearest_mode'] === 'floor') || (s.attrs['coordinate_transformation_mode'] === 'half_pixel' && String(s.attrs['nearest_mode']).startsWith('round'))
    if (!how || !Number.isInteger(scaleY) || !Number.isInteger(scaleX)) return false
    return this.add(s, 'Enlarge', this.twins.get(x)!, [], { scaleY, scaleX })
  }

  private pool(s: Step): boolean {
    const [x] = s.inputs as [string]
    if (this.shape(x).length !== 4) return false
    return this.add(s, 'Pool', this.twin(x, s), [], poolAttrs(this.shape(x), s.op.name === 'MaxPool' ? 'max' : s.attrs['count_include_pad'] ? 'padded mean' : 'mean', s.attrs))
  }

  /** Spatial dimensions put together or taken apart. */
  private reshape(s: Step): boolean {
    const [x] = s.inputs as [string], from = this.shape(x), to = this.shape(s.outputs[0]!)
    if (!this.twins.has(x) || to.length < 3 || from[0] !== to[0] || from[1] !== to[1]) return false
    const shape = [to[0]!, ...to.slice(2), to[1]!]
    return this.leave(s, this.view(this.twins.get(x)!, shape, s))
  }

  /** The same bytes under another shape. */
  private view(v: string, shape: readonly number[], s: Step): string {
    const target = this.build.constant({ type: 'int64', shape: [shape.length], data: BigInt64Array.from(shape.map(BigInt)) })
    return this.build.add(opNamed('Reshape'), [v, target], { allowzero: 0 }, s.node)[0]!
  }

  private binary(s: Step): boolean {
    const [a, b] = s.inputs as [string, string], shape = this.shape(s.outputs[0]!), rank = shape.length
    const whole = (v: string): boolean => this.shape(v).join() === shape.join()
    if (rank < 3 || !(this.twins.has(a) && whole(a)) && !(this.twins.has(b) && whole(b))) return false
    const inputs = [a, b].map(v => this.operand(v, shape, s))
    if (inputs.some(v => v === undefined)) return false
    return this.leave(s, this.build.add(s.op, inputs as string[], s.attrs, s.node)[0]!)
  }

  /** An operand as it is broadcast against a twin: a whole tensor, one value, one a channel, one a channel and picture. */
  private operand(v: string, shape: readonly number[], s: Step): string | undefined {
    const own = this.shape(v), padded = [...Array<number>(Math.max(0, shape.length - own.length)).fill(1), ...own]
    if (own.join() === shape.join()) return this.twin(v, s)
    if (size(own) === 1) { this.need(v); return v }
    if (padded.length !== shape.length || !padded.slice(2).every(n => n === 1)) return undefined
    this.need(v)
    return this.view(v, [padded[0]!, ...padded.slice(2), padded[1]!], s)
  }
}

/** Padding of the spatial dimensions with zeros, as a convolution pads. */
function zeroPads(s: Step, fact: (v: string) => Fact | undefined): number[] | undefined {
  if (s.op.name !== 'Pad' || s.attrs['mode'] !== 'constant' || s.inputs[3]) return undefined
  const pads = fact(s.inputs[1] ?? '')?.value, value = s.inputs[2] ? fact(s.inputs[2])?.value : undefined
  if (!pads || (s.inputs[2] && (!value || Number(value.data[0]) !== 0))) return undefined
  const all = Array.from(pads.data, Number)
  return all.length === 8 && [0, 1, 4, 5].every(i => all[i] === 0) && all.every(p => p >= 0) ? [all[2]!, all[3]!, all[6]!, all[7]!] : undefined
}
