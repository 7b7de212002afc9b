import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { clip } from '../core/limits.js'
import type { Model } from '../models/model.js'
import { toTensor, toValue } from '../models/value.js'

/** A finished waveform, a channel each; as long as was asked for. */
export interface Sound { readonly channels: readonly Float32Array[]; readonly sampleRate: number }

/** A sample as a sound: itself, or the spectrogram that its latents stand for through the model's vocoder. @throws NON_FINITE */
export async function soundOf(model: Model, sample: Tensor, seconds: number): Promise<Sound> {
  const facts = model.facts.sound!
  const wave = model.folder.parts.has('vocoder') ? await spoken(model, sample) : clip(1)(sample)
  if (!wave.data.every(Number.isFinite)) throw new NoisegraphError('NON_FINITE', 'The sound holds NaN or infinity: a network overflowed. One in single precision will not.')
  const [count, length] = [wave.shape[1]!, wave.shape[2]!]
  return { channels: Array.from({ length: count }, (_, c) => wave.data.slice(c * length, c * length + Math.min(length, facts.samples(seconds)))), sampleRate: facts.rate }
}

/** Latents [1, c, rows, columns] through decoder and vocoder as [1, 1, samples]. */
async function spoken(model: Model, latents: Tensor): Promise<Tensor> {
  const mel = model.autoencoder ? await model.autoencoder.decode(latents) : latents
  const session = await model.session('vocoder')
  const input = session.inputs[0]!
  const [rows, bands] = mel.shape.slice(-2) as [number, number]
  const wave = toTensor((await session.run({ [input.name]: toValue({ shape: [1, rows, bands], data: mel.data }, input.type) }))[session.outputs[0]!.name]!)
  return { shape: [1, 1, wave.data.length], data: wave.data }
}
