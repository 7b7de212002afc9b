import { type ElementType } from './value.js'
import { type Weight } from './weight.js'

export interface Port {
  readonly name: string
  readonly type: ElementType | 'sequence' | 'optional'
  /** A name stands for a dynamic axis; no shape at all for any rank. */
  readonly shape?: readonly (number | string)[]
}

/** `{ ref }` occurs in function bodies only: the attribute of the caller that is meant. */
export type Attribute = number | string | readonly number[] | readonly string[] | Weight | Graph | readonly Graph[] | readonly Weight[] | { readonly ref: string }

export interface Node {
  readonly name: string
  readonly op: string
  readonly domain: string
  /** Version of the node's domain, as its model or function imports it. */
  readonly opset: number
  /** '' is an input that is left out, or an output that nobody wants. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
}

export interface Graph {
  readonly kind: 'graph'
  readonly name: string
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly nodes: readonly Node[]
  readonly weights: ReadonlyMap<string, Weight>
}

/** A model-local function: a node of that name stands for its body. */
export interface FunctionBody {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly nodes: readonly Node[]
  /** Default values of attributes that the caller may leave out. */
  readonly defaults: ReadonlyMap<string, Attribute>
}

export interface Model {
  readonly irVersion: number
  readonly producer: string
  readonly opsets: ReadonlyMap<string, number>
  readonly graph: Graph
  readonly functions: ReadonlyMap<string, FunctionBody>
}

export const isGraph = (a: Attribute | undefined): a is Graph => typeof a === 'object' && 'kind' in a && a.kind === 'graph'
export const nodeTitle = (n: Node): string => `${n.domain && n.domain !== 'ai.onnx' ? `${n.domain}.` : ''}${n.op}${n.name ? ` "${n.name}"` : n.outputs[0] ? ` (output "${n.outputs[0]}")` : ''}`
