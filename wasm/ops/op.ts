import { type ElementType, type Fact, type Tensor, size as sizeOf } from '../graph/value.js'

/** A tensor with a place in memory: `at` is a byte address, a multiple of 64, with 64 readable bytes before and behind. */
export interface Place extends Fact { readonly at: number }

/** One word of a kernel's arguments, in the order of the fields of its XArgs class (all fields are four bytes wide). */
export type Word = Place | { readonly u32: number } | { readonly f32: number }

/** One kernel call over tiles 0 .. tiles - 1. Tiles are independent: any thread may take any of them, and their results do not depend on who did. */
export interface Launch {
  readonly kernel: string
  /** A missing optional tensor is `u32(0)`. */
  readonly args: readonly Word[]
  readonly tiles: number
  /** Tiles that a thread takes at once; without it, the planner divides. */
  readonly grain?: number
}

export interface Io {
  readonly in: readonly (Place | undefined)[]
  readonly out: readonly Place[]
  /** The bytes asked for by `workspace`, shared by all tiles, and undefined at the start. */
  readonly scratch: Place
}

/** Attributes with their defaults. A `null` default means that the attribute may be absent. */
export type Defaults = Readonly<Record<string, unknown>>
export type Attrs<A> = {
  readonly [K in keyof A]: A[K] extends number ? number : A[K] extends string ? string : A[K] extends readonly number[] ? readonly number[] : A[K]
}
export type Inputs = readonly (Fact | undefined)[]

/** A term of a rewrite: an input of the op by position, a constant, or an op applied to terms (`output` picks one of several). */
export type Term =
  | { readonly input: number }
  | { readonly constant: Tensor }
  | { readonly op: string; readonly args: readonly (Term | undefined)[]; readonly attrs?: Readonly<Record<string, unknown>>; readonly domain?: string; readonly outputs?: number; readonly output?: number }
export const call = (op: string, args: readonly (Term | undefined)[], attrs: Readonly<Record<string, unknown>> = {}, domain = ''): Term => ({ op, args, attrs, domain })
/** Output `i` of a term that has several. */
export const pick = (term: Term, i: number): Term => ({ ...(term as Extract<Term, { op: string }>), output: i })
export const scalar = (value: number, type: ElementType = 'float32'): Term =>
  ({ constant: { type, shape: [], data: type === 'int64' ? BigInt64Array.of(BigInt(value)) : type === 'float64' ? Float64Array.of(value) : Float32Array.of(value) } })

/** A tensor or, for the few ops on them, a sequence, an optional that may be empty, or strings. */
export type Item = Tensor | Strings | Sequence | Nothing
export interface Strings { readonly type: 'string'; readonly shape: readonly number[]; readonly data: readonly string[] }
export interface Sequence { readonly type: 'sequence'; readonly items: readonly Item[] }
export interface Nothing { readonly type: 'nothing' }

/** What `compute` may ask for besides its inputs. */
export interface Host {
  /** Outputs that the node names; '' is one that nobody wants. */
  readonly outputs: readonly string[]
  readonly opset: number
  /** Runs a graph attribute (the body of If, Loop, Scan) on inputs by position. */
  run(body: string, inputs: readonly Item[]): Promise<readonly Item[]>
}

/**
 * One operator from one opset on; `wasm/ops/x.ts` exports it, or a list of it by opset, as its default.
 *
 * An operator runs in the first of these ways that it has: `launch`, where `kernels` accepts the facts (on the threads, planned ahead);
 * `means`, replaced by simpler operators; `compute`, in JavaScript on the calling thread. One without `infer` is run when its inputs are there,
 * and what follows is planned then.
 */
export interface Op<A extends Defaults = Defaults> {
  readonly name: string
  /** '' is ai.onnx; `noisegraph` is for operators that only passes make. */
  readonly domain?: '' | 'com.microsoft' | 'noisegraph'
  /** First opset whose meaning this is. The newest that is not newer than the model's opset is used. */
  readonly since: number
  readonly attrs: A
  /** Inputs whose values, not just shapes, `infer` needs: they are constant then, or the plan waits for them. */
  readonly values?: readonly number[]
  infer?(inputs: Inputs, attrs: Attrs<A>, outputs: number): readonly Fact[]
  /** Whether `launch` can take these (types, layouts, ranks). Without it: all are float32 in C order. */
  kernels?(inputs: Inputs, outputs: readonly Fact[], attrs: Attrs<A>): boolean
  /**
   * Constant inputs by position that `launch` wants packed: each names an operator of the domain `noisegraph` that is applied once at load,
   * and whose result (a Fact with a `layout`) takes the input's place. Not asked for inputs that are not constant.
   */
  packs?(inputs: Inputs, attrs: Attrs<A>): Readonly<Record<number, { readonly op: string; readonly attrs?: Readonly<Record<string, unknown>> }>>
  /** Bytes of scratch. */
  workspace?(inputs: Inputs, outputs: readonly Fact[], attrs: Attrs<A>): number
  /** Output 0 may overwrite any one of these inputs (of the same size in bytes) when nobody reads it afterwards. */
  readonly inPlace?: readonly number[]
  /** The output is input 0 under another shape: no bytes move. */
  readonly view?: boolean
  /** The same thing in other ops, one term per output; undefined where it cannot be said. With `fuses`, called without facts, it is also the pattern that the fusion pass looks for. */
  means?(inputs: readonly (Term | undefined)[], attrs: Attrs<A>, facts: Inputs, opset: number, outputs: number): readonly Term[] | undefined
  readonly fuses?: boolean
  /** Gives something else each time (random numbers): never computed ahead. */
  readonly impure?: boolean
  launch?(io: Io, attrs: Attrs<A>): readonly Launch[]
  compute?(inputs: readonly (Item | undefined)[], attrs: Attrs<A>, host: Host): readonly Item[] | Promise<readonly Item[]>
}
export const op = <const A extends Defaults>(it: Op<A>): Op => it as unknown as Op

export const count = (f: Fact): number => sizeOf(f.shape)
export const u32 = (n: number): Word => ({ u32: n >>> 0 })
export const f32 = (n: number): Word => ({ f32: n })
export const tiles = (n: number, grain: number): number => Math.ceil(n / grain)
