import type { Feeds, Tensor } from '../../plugins/sdk/index.js'
import type { Model } from '../models/model.js'
import { timeIds } from '../models/time-ids.js'

/** Inputs that some networks take beside the conditioning, the same in every call. */
export interface Always { readonly when: Feeds; readonly unless: Feeds }

/**
 * SDXL's sizes (Podell et al. 2023, section 2.2): original size, crop corner, target size; the refiner has an aesthetic score in place of the target.
 * Distilled networks take the guidance scale that they were trained with (Luo et al. 2023).
 */
export function alwaysFeeds({ network, folder, facts }: Model, { width, height, guidanceScale }: { readonly width: number; readonly height: number; readonly guidanceScale: number }): Always {
  const shared: Record<string, Tensor> = {}
  const guidance = network.session.inputs.find(i => i.name === 'timestep_cond')
  if (guidance) {
    const size = typeof guidance.shape[1] === 'number' ? guidance.shape[1] : 256
    shared.timestep_cond = { shape: [1, size], data: sinusoid((guidanceScale - 1) * 1000, size) }
  }
  if (network.inputs.includes('guidance')) shared.guidance = { shape: [1], data: Float32Array.of(guidanceScale) }
  // PixArt's size and its shape (Chen et al. 2023, appendix), where it was trained on more than one.
  if (network.inputs.includes('resolution')) shared.resolution = row([height, width])
  if (network.inputs.includes('aspect_ratio')) shared.aspect_ratio = row([height / width])
  if (!network.inputs.includes('time_ids')) return { when: shared, unless: shared }
  const scored = timeIds(folder, facts.denoiser) === 5
  const ids = (score: number): Feeds => ({ ...shared, time_ids: row(scored ? [height, width, 0, 0, score] : [height, width, 0, 0, height, width]) })
  return { when: ids(6), unless: ids(2.5) }
}

const row = (values: readonly number[]): Tensor => ({ shape: [1, values.length], data: Float32Array.from(values) })

/** Whether guidance is an input of the network rather than a second call. */
export const embedsGuidance = ({ network }: Model): boolean => network.packed || network.inputs.some(i => i === 'timestep_cond' || i === 'guidance')

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
