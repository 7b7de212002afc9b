import { NoisegraphError } from '../core/errors.js'
import type { Extent, OutputKind } from '../core/extent.js'
import type { ModelFolder, Part } from './folder.js'
import type { SoundFacts } from './sound.js'

const kinds: readonly OutputKind[] = ['picture', 'video', 'sound', 'points', 'voxels', 'molecule']

/** What a folder makes: what its noisegraph.json says, else what the axes of the sample tell. @throws BROKEN_MODEL where noisegraph.json names no kind. */
export function outputOf({ name, notes, pipeline, parts }: Pick<ModelFolder, 'name' | 'notes' | 'pipeline' | 'parts'>, denoiser: Part): OutputKind {
  if (notes.output !== undefined) {
    const said = kinds.find(k => k === notes.output)
    if (!said) throw new NoisegraphError('BROKEN_MODEL', `The model "${name}" cannot be used: noisegraph.json says output ${JSON.stringify(notes.output).slice(0, 60)}; it must be one of ${kinds.join(', ')}.`, 'model')
    return said
  }
  const rank = denoiser.header.inputs.find(i => i.name === 'sample' || i.name === 'x')?.shape.length
  if (parts.has('vocoder')) return 'sound'
  if (rank === 3) return /point/i.test(pipeline) ? 'points' : /molecul/i.test(pipeline) ? 'molecule' : 'sound'
  if (rank === 5) return /voxel/i.test(pipeline) ? 'voxels' : 'video'
  return 'picture'
}

/** Frames that a video network sees at once, and whether it takes no fewer. */
export interface Window { readonly frames: number; readonly fixed: boolean }

/** A longer video goes through the network in windows of so many frames. */
export function windowOf({ config, header }: Part): Window {
  const declared = header.inputs.find(i => i.shape.length === 5)?.shape[2]
  if (typeof declared === 'number') return { frames: declared, fixed: true }
  return { frames: typeof config.motion_max_seq_length === 'number' ? config.motion_max_seq_length : 1024, fixed: false }
}

/** What a request may say of the length of a result, and what stands where it says nothing. */
export function extentOfModel(output: OutputKind, { config, header }: Part, sound: SoundFacts | undefined, window: Window): Extent | undefined {
  if (sound) return { unit: 'seconds', default: sound.seconds, min: sound.shortest, max: sound.fixed ? sound.seconds : 600 }
  if (output === 'video') return { unit: 'frames', default: Math.min(16, window.frames), min: window.fixed ? window.frames : 1, max: 1024 }
  if (output !== 'points' && output !== 'molecule') return undefined
  const declared = header.inputs.find(i => i.shape.length === 3)?.shape[2]
  if (typeof declared === 'number') return { unit: 'points', default: declared, min: declared, max: declared }
  return { unit: 'points', default: typeof config.sample_size === 'number' ? config.sample_size : 1024, min: 1, max: 2 ** 20 }
}
