import { EngineError } from './errors.js'
import { type Graph } from './graph/graph.js'
import { size, width } from './graph/value.js'
import { type Precision } from './passes/pack.js'
import { mega, type Memory } from './tape/memory.js'

const perValue: Readonly<Record<Precision, number>> = { stored: Infinity, float32: 4, float16: 2, int8: 1, int4: 0.625 }

/** Refuses a model whose weights cannot fit, however they are packed. */
export function checkWeights(graph: Graph, precision: Precision, memory: Memory): void {
  let bytes = 0
  for (const w of graph.weights.values()) if (w.type === 'float32' || w.type === 'float16') bytes += size(w.shape) * Math.min(perValue[precision], width[w.type])
  if (memory.bytes + bytes <= memory.maximum) return
  throw new EngineError('OUT_OF_MEMORY', `The model's weights need ${mega(bytes)}, but ${mega(memory.bytes)} of at most ${mega(memory.maximum)} are in use. Weights held in a narrower type (precision) take less, and streamed ones (stream) stay on disk.`)
}
