import { invalidModel } from '../errors.js'
import { nodeTitle, type Node } from '../graph/graph.js'
import { guarded } from '../graph/refusal.js'
import { remembered } from '../graph/remembered.js'
import { opNamed } from '../graph/registry.js'
import { checkPossible } from '../graph/shape.js'
import { allocate, bytesOf, size, type Fact, type Tensor } from '../graph/value.js'
import { type Op, type Term } from '../ops/op.js'
import { gridOf } from './grid.js'

/** One operator at work in a plan. */
export interface Step {
  readonly op: Op
  readonly attrs: Readonly<Record<string, unknown>>
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The node it comes from, for messages and for subgraphs. */
  readonly node: Node
}

/** A straight list of steps whose shapes are all known, with what is known of every value. Passes take one and give one. */
export interface Draft {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly facts: Map<string, Fact>
  steps: readonly Step[]
}

let keys = 0
const interned = new Map<string, string>()
/** A short name for a long description of a constant. */
function intern(text: string): string {
  let k = interned.get(text)
  // Forgetting costs no more than a constant that is placed twice; keeping the constants of every model ever loaded has no bound.
  if (!k && interned.size >= 1 << 17) interned.clear()
  if (!k) interned.set(text, k = `k${++keys}`)
  return k
}

const arrays = new WeakMap<object, string>()
/** Short arrays by content, long ones by identity. */
function dataKey(data: ArrayLike<number | bigint>): string {
  if (data.length <= 64) return Array.from(data).map(v => Object.is(v, -0) ? '-0' : String(v)).join()
  let k = arrays.get(data)
  if (!k) arrays.set(data, k = `#${++keys}`)
  return k
}
/** The identity of a constant that is given by its content. */
export const contentKey = (t: Tensor): string => intern(`${t.type}[${t.shape}]${dataKey(t.data)}`)
export const derivedKey = (op: Op, attrs: object, inputs: readonly (string | undefined)[], output: number): string =>
  intern(`${op.domain ?? ''}.${op.name}.${op.since}(${inputs.join()})${JSON.stringify(attrs, (_k, v: unknown) => typeof v === 'bigint' ? `${v}n` : ArrayBuffer.isView(v) ? dataKey(v as never) : v)}:${output}`)

export const isKnown = (f: Fact | undefined): boolean => f !== undefined && (f.constant !== undefined || f.value !== undefined)

/** Appends steps to a draft: infers, and computes at once what has only known inputs. */
export class Builder {
  readonly steps: Step[] = []
  private made = 0
  constructor(readonly facts: Map<string, Fact>, private readonly prefix = '') {}

  /** Adds `op`; names for its outputs are made up where none are given. Returns the names. */
  add(op: Op, inputs: readonly string[], attrs: Readonly<Record<string, unknown>>, node: Node, outputs: readonly string[] = [], want = Math.max(1, outputs.length)): readonly string[] {
    const facts = inputs.map(v => v ? this.facts.get(v) : undefined)
    const out = guarded(node, facts, () => {
      const made = fold(op, facts, attrs, want, node) ?? op.infer!(facts, attrs as never, want)
      for (const f of made) if (f) checkPossible(f.shape)
      return made
    })
    const names = Array.from({ length: Math.max(want, 1) }, (_, i) => outputs[i] || this.fresh(op))
    names.forEach((v, i) => { if (out[i]) this.settle(v, out[i], node) })
    if (out.slice(0, want).every((f, i) => isKnown(f) || !names[i])) return names
    this.steps.push({ op, attrs, inputs, outputs: names, node })
    return names
  }

  /** Computes at once an operator whose results cannot be inferred, if its inputs are known; says whether it did. */
  fold(op: Op, inputs: readonly string[], attrs: Readonly<Record<string, unknown>>, node: Node): boolean {
    const facts = inputs.map(v => v ? this.facts.get(v) : undefined)
    if (inputs.some((v, i) => v && !facts[i])) return false
    const { outputs } = node, made = guarded(node, facts, () => fold(op, facts, attrs, outputs.length, node))
    made?.forEach((f, i) => { if (outputs[i]) this.settle(outputs[i], f, node) })
    return made !== undefined
  }

  /** Says what is known of a value. What was said of it before must stay true: its readers were inferred from that, and its room is planned once. */
  settle(v: string, f: Fact, node: Node): void {
    const was = this.facts.get(v)
    if (was && (was.type !== f.type || String(was.shape) !== String(f.shape))) throw invalidModel(`${nodeTitle(node)} was to give ${was.type} [${was.shape}], but what it is made of gives ${f.type} [${f.shape}]: its inputs do not fit each other.`)
    this.facts.set(v, f)
  }

  constant(t: Tensor): string {
    const name = this.fresh()
    this.facts.set(name, { type: t.type, shape: t.shape, value: t, constant: contentKey(t) })
    return name
  }

  /** Adds what a term says; the last operator's outputs get the given names. */
  term(t: Term, inputs: readonly string[], node: Node, name?: string, cache = new Map<Term, readonly string[]>()): string {
    if ('input' in t) return inputs[t.input] ?? ''
    if ('constant' in t) return this.constant(t.constant)
    const { output, ...whole } = t
    const id = [...cache.keys()].find(k => 'args' in k && k.args === whole.args && k.op === whole.op)
    let names = id && cache.get(id)
    if (!names) {
      const args = t.args.map(a => a ? this.term(a, inputs, node, undefined, cache) : '')
      const op = opNamed(t.op, t.domain, t.domain ? Infinity : node.domain ? Infinity : Math.max(node.opset, 18))
      names = this.add(op, args, { ...op.attrs, ...t.attrs }, node, name && !output ? [name] : [], Math.max(t.outputs ?? 1, (output ?? 0) + 1))
      cache.set(t, names)
    }
    return names[output ?? 0]!
  }

  private fresh(op?: Op): string { return `${this.prefix}#${op?.name ?? 'constant'}.${++this.made}` }
}

/** The results, where all inputs are known and the operator is a function of them. */
function fold(op: Op, inputs: readonly (Fact | undefined)[], attrs: Readonly<Record<string, unknown>>, outputs: number, node: Node): readonly Fact[] | undefined {
  if (!op.compute || op.impure || !inputs.every(f => f === undefined || isKnown(f))) return undefined
  if (inputs.some(f => f?.layout)) return undefined
  const before = op.infer?.(inputs, attrs as never, outputs)
  if (before?.every(f => f.value)) return keyed(op, before, inputs, attrs)
  if (before?.every(f => size(f.shape) === 0)) return keyed(op, before.map(f => ({ ...f, value: { type: f.type, shape: f.shape, data: allocate(f.type, 0) } })), inputs, attrs)
  // Something large made from something small (a constant of shape, an expansion) is cheaper to make in every run than to keep.
  const small = inputs.reduce((a, f) => a + (f ? bytesOf(f) : 0), 0)
  if (before && before.reduce((a, f) => a + bytesOf(f), 0) > Math.max(16 * small, 1 << 24)) return undefined
  if (before && before.every(f => size(f.shape) > decides) && inputs.every(f => f === undefined || f.constant !== undefined)) return deferred(op, before, inputs, attrs, node)
  const values = inputs.map(f => f?.value)
  if (inputs.some((f, i) => f && !values[i])) return undefined
  const made = op.compute(values, attrs as never, { outputs: Array.from({ length: outputs }, () => 'x'), opset: op.since, run: () => { throw new Error('not while planning') } })
  // What has a body is run later, when its own errors can be told.
  if (made instanceof Promise) { made.catch(() => undefined); return undefined }
  const tensors = made.map(m => m as Tensor)
  if (tensors.some(t => t && (t.type as string === 'string' || !('shape' in t)))) return undefined
  return keyed(op, tensors.map(t => ({ type: t.type, shape: t.shape, value: t })), inputs, attrs)
}

/** What has more elements decides about no shape: it is computed when its values are asked for, which may be never. */
const decides = 1024

function deferred(op: Op, facts: readonly Fact[], inputs: readonly (Fact | undefined)[], attrs: object, node: Node): readonly Fact[] {
  const compute = (i: number): Tensor => guarded(node, inputs, () => {
    const made = op.compute!(inputs.map(f => f?.value), attrs as never, { outputs: facts.map(() => 'x'), opset: op.since, run: () => { throw new Error('not while planning') } })
    const t = made instanceof Promise ? undefined : made[i] as Tensor | undefined, f = facts[i]!
    if (!t || t.type !== f.type || t.data.length !== size(f.shape) || String(t.shape) !== String(f.shape)) throw new Error(`it should give ${f.type} [${f.shape}]`)
    return t
  })
  const source = sameBytes(op, facts[0]!, inputs[0]) ?? cutBytes(op, facts[0]!, inputs, attrs), grid = gridOf(op, facts[0]!, inputs, attrs as never)
  return facts.map((f, i) => {
    const value = remembered(() => compute(i))
    return { type: f.type, shape: f.shape, constant: derivedKey(op, attrs, inputs.map(x => x?.constant), i), ...i === 0 && source && { source }, ...i === 0 && grid && { grid }, get value() { return value() } }
  })
}

/** The source of a result that has the same stored bytes as the first input: under another shape, or widened from half precision. */
function sameBytes(op: Op, f: Fact, from: Fact | undefined): Fact['source'] {
  const { source } = from ?? {}
  if (op.domain || !source || from!.type !== 'float16' && f.type !== from!.type) return undefined
  return op.view || op.name === 'Identity' || (op.name === 'Cast' && source.type === 'float16' && f.type === 'float32') ? source : undefined
}

/** The bytes that a slice of stored bytes has, cut out when they are read: what panels hold is then made of them as they are. */
function cutBytes(op: Op, { type }: Fact, [x, ...places]: readonly (Fact | undefined)[], attrs: object): Fact['source'] {
  const source = x?.source
  if (op.name !== 'Slice' || op.domain || source?.type !== type || (type !== 'int8' && type !== 'uint8')) return undefined
  return {
    type,
    async read() {
      const { buffer, byteOffset, byteLength } = await source.read(), data = type === 'int8' ? new Int8Array(buffer, byteOffset, byteLength) : new Uint8Array(buffer, byteOffset, byteLength)
      const [cut] = await op.compute!([{ type, shape: x!.shape, data }, ...places.map(f => f?.value)], attrs as never, { outputs: ['x'], opset: op.since, run: () => { throw new Error('a slice has no body') } })
      const { data: bytes } = cut as Tensor
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
  }
}

/** Results of constants only are constants themselves. */
function keyed(op: Op, facts: readonly Fact[], inputs: readonly (Fact | undefined)[], attrs: object): readonly Fact[] {
  if (!inputs.every(f => f === undefined || f.constant !== undefined)) return facts
  return facts.map((f, i) => ({ ...f, constant: size(f.shape) <= 64 ? contentKey(f.value!) : derivedKey(op, attrs, inputs.map(x => x?.constant), i) }))
}
