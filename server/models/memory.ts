import type { MemoryReport } from '../core/services.js'
import { memoryInWasm } from '../sessions/wasm-facts.js'
import type { ModelFacts } from './facts.js'
import type { ModelFolder, Part } from './folder.js'
import { usualShapes } from './usual-shapes.js'

/** Bytes of a parameter. The scales of int8, one for each channel, are too few to count. */
const sizes = { fp32: 4, fp16: 2, int8: 1 } as const
const precisions = Object.keys(sizes) as (keyof typeof sizes)[]

/**
 * Bytes that a model takes while it makes one picture of its usual size with guidance, by device and precision. Weights: those of all networks that such a run opens. Activations: of the network that takes most, as the WASM engine plans a run before
 * anything is loaded; its arithmetic is in float32 whatever holds the weights, as ONNX Runtime's is on the CPU, while a half-precision export on CUDA takes half. On CUDA and the CPU a network runs in the precision that it was exported in, so the rows of
 * the other precisions are for such an export; the WASM engine converts at load.
 */
export async function memoryOf(folder: ModelFolder, facts: ModelFacts): Promise<readonly MemoryReport[]> {
  const networks = [...folder.parts.values()].filter(p => p.name !== 'vae_encoder')
  const parameters = networks.reduce((sum, p) => sum + p.header.parameters, 0)
  const stored = storedPrecision(facts.denoiser)
  const runs = await Promise.all(networks.map(p => runOf(p, facts)))
  // What one network leaves unsaid, nobody can add up.
  const known = runs.every(r => r !== undefined)
  const most = (key: 'activations' | 'scratch') => Math.max(0, ...runs.map(r => r?.[key] ?? 0))
  return (['cuda', 'cpu', 'wasm'] as const).flatMap(device => precisions.map((precision): MemoryReport => {
    const weights = parameters * sizes[precision]
    const activations = !known ? null : Math.ceil(most('activations') / (device === 'cuda' && precision === 'fp16' ? 2 : 1)) + (device === 'wasm' ? most('scratch') : 0)
    return { device, precision, stored: precision === stored, weights, activations, total: weights + (activations ?? 0) }
  }))
}

async function runOf(part: Part, facts: ModelFacts): Promise<{ readonly activations: number; readonly scratch: number } | undefined> {
  const shapes = usualShapes(part, facts)
  return shapes && memoryInWasm(part.file, shapes)
}

/** Of most of the weights. */
function storedPrecision({ header: { weightBytes, parameters } }: Part): keyof typeof sizes {
  const each = parameters ? weightBytes / parameters : 4
  return each > 3 ? 'fp32' : each > 1.5 ? 'fp16' : 'int8'
}
