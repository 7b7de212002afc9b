import type { Part } from './folder.js'

/** What a model of sounds says of their length. Seconds become axes of the sample as published pipelines make them: rounded up to what the network halves, and cut afterwards. */
export interface SoundFacts {
  /** Samples a second of the finished sound. */
  readonly rate: number
  /** Of a sound whose length nobody names, and the shortest that the network takes. */
  readonly seconds: number
  readonly shortest: number
  /** Whether the network was exported for one length only. */
  readonly fixed: boolean
  /** Axes of the sample behind batch and channels: [n], or [rows, columns] of a spectrogram's latents. */
  axes(seconds: number): readonly number[]
  /** Length of the finished sound in samples. */
  samples(seconds: number): number
}

/** A waveform that is denoised itself (Dance Diffusion): a sample with three axes. */
export function waveformFacts({ config, header }: Part): SoundFacts {
  const rate = number(config.sample_rate) ?? 44_100
  const unit = 2 ** (Array.isArray(config.up_block_types) ? config.up_block_types.length : 0)
  const declared = header.inputs.find(i => i.shape.length === 3)?.shape[2]
  const fixed = typeof declared === 'number'
  const seconds = (fixed ? declared : number(config.sample_size) ?? 65_536) / rate
  return {
    rate, seconds, fixed, shortest: fixed ? seconds : (3 * unit) / rate,
    axes: s => { const n = s * rate; return [fixed ? declared : n % unit ? (Math.floor(n / unit) + 1) * unit : n] },
    samples: s => Math.trunc(s * rate),
  }
}

/** A mel spectrogram whose latents are denoised, and a vocoder that makes sound of it (Liu et al. 2023, AudioLDM). `factor`: rows and columns for one latent; `halvings`: latents that the network needs to be a multiple of, since exported networks cannot take others. */
export function spectrogramFacts({ config, header }: Part, vocoder: Part, factor: number, halvings: number): SoundFacts {
  const rate = number(vocoder.config.sampling_rate) ?? 16_000
  const rates = Array.isArray(vocoder.config.upsample_rates) ? vocoder.config.upsample_rates.map(Number) : [160]
  // Seconds that one row of the spectrogram stands for.
  const row = rates.reduce((a, b) => a * b, 1) / rate
  const bands = number(vocoder.config.model_in_dim) ?? 64
  const declared = header.inputs.find(i => i.shape.length === 4)?.shape[2]
  const fixed = typeof declared === 'number'
  const side = Array.isArray(config.sample_size) ? Number(config.sample_size[0]) : number(config.sample_size) ?? 128
  return {
    rate, fixed, seconds: (fixed ? declared : side) * factor * row, shortest: row * factor,
    axes: s => [fixed ? declared : Math.ceil(Math.ceil(Math.trunc(s / row) / factor) / halvings) * halvings, Math.floor(bands / factor)],
    samples: s => Math.trunc(s * rate),
  }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
