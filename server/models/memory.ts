import type { MemoryReport } from '../core/services.js'
import type { ModelFacts } from './facts.js'
import type { ModelFolder, Part } from './folder.js'

/** Bytes of a parameter. The scales of int8, one for each channel, are too few to count. */
const sizes = { fp32: 4, fp16: 2, int8: 1 } as const

/**
 * Bytes that a model takes while it makes one picture of its usual size with guidance, by device and precision. Weights: those of all networks that such a run opens. On CUDA and the CPU a network runs in the precision that it was exported in, so the
 * other two rows are for such an export; the WASM engine converts at load.
 */
export async function memoryOf(folder: ModelFolder, facts: ModelFacts): Promise<readonly MemoryReport[]> {
  const networks = [...folder.parts.values()].filter(p => p.name !== 'vae_encoder')
  const parameters = networks.reduce((sum, p) => sum + p.header.parameters, 0)
  const stored = storedPrecision(facts.denoiser)
  return (['cuda', 'cpu', 'wasm'] as const).flatMap(device => (['fp32', 'fp16', 'int8'] as const).map(precision => ({ device, precision, stored: precision === stored, weights: parameters * sizes[precision], activations: null, total: parameters * sizes[precision] })))
}

/** Of most of the weights. */
function storedPrecision({ header: { weightBytes, parameters } }: Part): keyof typeof sizes {
  const each = weightBytes / Math.max(1, parameters)
  return each > 3 ? 'fp32' : each > 1.5 ? 'fp16' : 'int8'
}
