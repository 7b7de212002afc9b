import { EngineError, invalidInput } from './errors.js'
import { checkGraph } from './graph/check.js'
import { inlineFunctions } from './graph/inline.js'
import { checkOperators } from './graph/registry.js'
import { type Graph } from './graph/graph.js'
import { type Fact } from './graph/value.js'
import { whenThere } from './graph/weight.js'
import { readModel } from './onnx/model.js'
import { openModel, type ExternalData } from './onnx/files.js'
import { type Precision } from './passes/pack.js'
import { place } from './passes/place.js'
import { constantBytes, prepare, type Prepared } from './passes/prepare.js'
import { weightFacts } from './passes/specialise.js'
import { residence } from './tape/batches.js'
import { launchesOf, runsOnTape, tapeBytes } from './tape/emit.js'
import { mega } from './tape/memory.js'
import { scratchBytes } from './tape/pool.js'
import { cores, fourGiB, type StreamOption } from './limits.js'
import { streamBudget } from './passes/streaming.js'

export interface EstimateOptions {
  readonly externalData?: ExternalData
  readonly precision?: Precision
  /** As for `load`. */
  readonly stream?: StreamOption
  /** As for `createEngine`; as many as the machine has cores, and 4 GiB, if left out. */
  readonly threads?: number
  readonly maximumMemory?: number
  readonly strict?: boolean
}

/** Bytes that a model needs in the engine's memory. */
export interface Estimate {
  /** Weights as they are held: packed, and in the type that was asked for. */
  readonly weights: number
  /** Values of a run, by lifetime. */
  readonly activations: number
  /** What kernels work in, the threads' own, the list of launches, and weights on the way to being packed where that is more than a run needs. */
  readonly scratch: number
  readonly total: number
  /** What an engine may use. */
  readonly maximum: number
  readonly fits: boolean
  /** False where shapes depend on data: what comes after is not counted. */
  readonly complete: boolean
}

/**
 * What loading a model and running it on inputs of these shapes takes, before anything is loaded: the graph and the headers of weights are read, and a run is planned.
 * Throws EngineError: INVALID_MODEL, UNSUPPORTED, INVALID_INPUT for shapes that do not fit.
 */
export async function estimate(model: string | URL | Uint8Array, shapes: Readonly<Record<string, readonly number[]>>, options: EstimateOptions = {}): Promise<Estimate> {
  const { bytes, external } = await openModel(model, options.externalData), graph = checkGraph(inlineFunctions(readModel(bytes, external)))
  checkOperators(graph)
  const maximum = Math.min(options.maximumMemory ?? fourGiB, fourGiB), threads = options.threads ?? cores()
  const rest = { nodes: graph.nodes, outputs: graph.outputs.map(p => p.name), known: weightFacts(graph.weights) }
  const live = factsOf(graph, shapes), manner = { passes: true, strict: options.strict ?? false, precision: options.precision ?? 'stored' } as const
  const first = await whenThere(() => prepare(rest, live, manner, streamBudget(options.stream ?? false))), room = maximum - first.placement.bytes - threads * scratchBytes
  return sums(constantBytes(first.constants) <= room || options.stream ? first : await whenThere(() => prepare(rest, live, manner, { total: room })), threads, maximum, options.stream)
}

function sums(p: Prepared, threads: number, maximum: number, stream: StreamOption | undefined): Estimate {
  const { draft, placement, constants } = p, without = place(draft, false).bytes
  const launches = draft.steps.flatMap((s, i) => !s.op.view && runsOnTape(s, draft.facts) ? launchesOf(s, draft.facts, () => 64, placement.scratch[i]!) : [])
  const { weights, bringing, passing } = residence(constants, stream ?? false, placement.bytes), run = placement.bytes + tapeBytes(launches)
  const scratch = run - without + threads * (scratchBytes + 64) + Math.max(passing, bringing - weights - run)
  const total = weights + without + scratch
  return { weights, activations: without, scratch, total, maximum, fits: total <= maximum, complete: !p.cut }
}

/** Facts of the inputs; a dimension that the model gives need not be given. */
function factsOf(graph: Graph, shapes: Readonly<Record<string, readonly number[]>>): Map<string, Fact> {
  const inputs = graph.inputs.filter(p => !graph.weights.has(p.name)), facts = new Map<string, Fact>()
  for (const name of Object.keys(shapes)) if (!inputs.some(p => p.name === name)) throw invalidInput(`There is no input "${name}"; there are ${inputs.map(p => `"${p.name}"`).join(', ')}.`)
  for (const p of inputs) {
    const shape = shapes[p.name] ?? p.shape
    if (p.type === 'sequence' || p.type === 'optional') throw new EngineError('UNSUPPORTED', `The input "${p.name}" is no tensor: what a run takes cannot be told ahead.`)
    if (!shape || shape.some(d => typeof d !== 'number')) throw invalidInput(`The shape of "${p.name}" (${p.type} [${p.shape ?? ''}]) is needed.`)
    if (p.shape && (p.shape.length !== shape.length || p.shape.some((d, i) => typeof d === 'number' && d !== shape[i]))) throw invalidInput(`The input "${p.name}" has the shape [${p.shape}], not [${shape}].`)
    facts.set(p.name, { type: p.type, shape: shape as readonly number[] })
  }
  return facts
}

/** In words, for people. */
export const describeEstimate = (e: Estimate): string =>
  `${mega(e.total)} of ${mega(e.maximum)} (weights ${mega(e.weights)}, activations ${mega(e.activations)}, scratch ${mega(e.scratch)})${e.complete ? '' : ', and more where shapes depend on data'}`
