import type { Feeds } from '../../plugins/sdk/index.js'
import type { Model } from '../models/model.js'

/**
 * Inputs that some networks take beside the conditioning, the same in every call: SDXL's sizes (Podell et al. 2023, section 2.2) and the
 * guidance scale that distilled networks were trained with (Luo et al. 2023).
 */
export function alwaysFeeds({ network }: Model, { width, height, guidanceScale }: { readonly width: number; readonly height: number; readonly guidanceScale: number }): Feeds {
  const feeds: Record<string, Feeds[string]> = {}
  if (network.inputs.includes('time_ids')) feeds.time_ids = { shape: [1, 6], data: Float32Array.of(height, width, 0, 0, height, width) }
  const guidance = network.session.inputs.find(i => i.name === 'timestep_cond')
  if (guidance) {
    const size = typeof guidance.shape[1] === 'number' ? guidance.shape[1] : 256
    feeds.timestep_cond = { shape: [1, size], data: sinusoid((guidanceScale - 1) * 1000, size) }
  }
  return feeds
}

/** Whether guidance is an input of the network rather than a second call. */
export const embedsGuidance = ({ network }: Model): boolean => network.inputs.includes('timestep_cond')

/** Vaswani et al. 2017, section 3.5: sines, then cosines. */
function sinusoid(value: number, size: number): Float32Array {
  const half = Math.floor(size / 2)
  const out = new Float32Array(size)
  for (let i = 0; i < half; i++) {
    const angle = value * Math.exp((-Math.log(10000) * i) / (half - 1))
    out[i] = Math.sin(angle)
    out[half + i] = Math.cos(angle)
  }
  return out
}
