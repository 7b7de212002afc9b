import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePng } from '../artifacts/pictures.js'
import type { Run, Sampler } from '../../plugins/sdk/index.js'
import type { Plugins } from '../core/services.js'
import type { Value } from '../sessions/session.js'
import { apple, packagePlugins, run, studio } from './fixture.js'
import { recipeOf } from './recipe-text.js'
import { rememberingProvider, writeModel, type Fed, type ModelSpec } from './fixture-models.js'

/** Each family's networks get the inputs that its published pipeline gives them: names, shapes, order of the halves, values. */
const root = mkdtempSync(join(tmpdir(), 'noisegraph-families-'))
afterAll(() => rmSync(root, { recursive: true }))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

const picture = (side: number) => encodePng({ width: side, height: side, channels: 3, data: new Uint8Array(3 * side * side).fill(204) })
const vaeConfig = { block_out_channels: [8, 8, 8, 8], latent_channels: 4, scaling_factor: 0.5 }
const vae = {
  vae_encoder: { inputs: { sample: ['float32', 'b', 3, 'H', 'W'] }, outputs: { latent_parameters: ['float32', 'b', 8, 'h', 'w'] }, config: vaeConfig },
  vae_decoder: { inputs: { latent_sample: ['float32', 'b', 4, 'h', 'w'] }, outputs: { sample: ['float32', 'b', 3, 64, 64] }, config: vaeConfig },
} as const
const encoder = (width: number, projected: boolean) => ({
  inputs: { input_ids: ['int64', 'b', 's'] }, config: { max_position_embeddings: 16 },
  outputs: {
    ...(projected ? { text_embeds: ['float32', 'b', width] } : {}), last_hidden_state: ['float32', 'b', 's', width],
    ...Object.fromEntries([0, 1, 2].map(i => [`hidden_states.${i}`, ['float32', 'b', 's', width]])),
  },
} as ModelSpec['parts'][string])
const unet = (inputs: object, config: object = {}, channels = 4, out = 4): ModelSpec['parts'][string] => ({
  inputs: { sample: ['float32', 'b', channels, 'h', 'w'], timestep: ['float32'], ...inputs }, outputs: { out_sample: ['float32', 'b', out, 'h', 'w'] }, config: { block_out_channels: [8, 8], sample_size: 8, ...config },
} as ModelSpec['parts'][string])

async function feedsOf(name: string, spec: ModelSpec, order: object, sizes: Readonly<Record<string, number>> = { h: 8, w: 8 }) {
  const fed: Fed[] = []
  writeModel(root, name, spec)
  const { generate } = studio(rememberingProvider(fed, sizes), [root])
  const outputs = await run(generate, { ...apple, model: name, steps: 2, ...order }, { plugins, image: id => picture(Number(id)) })
  return { fed, outputs, calls: (part: string) => fed.filter(f => f.part === part).map(f => f.feeds) }
}
const text = (options: object = {}) => ({ name: 'text', options: { prompt: 'a red apple', ...options } })
const values = (v: Value | undefined) => Array.from(v!.data as Float32Array, Number)

test('Stable Diffusion: both halves in one batch, the one without the condition first', async () => {
  const { calls } = await feedsOf('sd', { pipeline: 'StableDiffusionPipeline', tokenizers: ['tokenizer'], parts: { ...vae, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6] }) } }, { conditioners: [text({ negativePrompt: 'blue' })] })
  const [first] = calls('unet')
  expect(calls('unet')).toHaveLength(2)
  expect(first!.sample!.shape).toEqual([2, 4, 8, 8])
  expect(first!.encoder_hidden_states!.shape).toEqual([2, 16, 6])
  expect(first!.timestep!.shape).toEqual([])
  const [positive, negative] = calls('text_encoder')
  const states = values(first!.encoder_hidden_states)
  expect(states.slice(0, 6)).toEqual(Array.from({ length: 6 }, (_, i) => Math.fround(Number(negative!.input_ids!.data[i]) / 10)))
  expect(states.slice(96, 102)).toEqual(Array.from({ length: 6 }, (_, i) => Math.fround(Number(positive!.input_ids!.data[i]) / 10)))
})

test('SDXL: two encoders side by side, pooled text, sizes; no prompt is zeros', async () => {
  const { calls } = await feedsOf('xl', {
    pipeline: 'StableDiffusionXLPipeline', tokenizers: ['tokenizer', 'tokenizer_2'],
    parts: { ...vae, text_encoder: encoder(6, false), text_encoder_2: encoder(10, true), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 16], text_embeds: ['float32', 'b', 10], time_ids: ['float32', 'b', 6] }) },
  }, { conditioners: [text(), { name: 'size-hint', options: { originalWidth: 100, originalHeight: 50, cropTop: 3, cropLeft: 4 } }] })
  const [first] = calls('unet')
  expect([first!.encoder_hidden_states!.shape, first!.text_embeds!.shape]).toEqual([[2, 16, 16], [2, 10]])
  expect(values(first!.time_ids)).toEqual([50, 100, 3, 4, 64, 64, 50, 100, 3, 4, 64, 64])
  const [half, all] = [values(first!.encoder_hidden_states), values(first!.text_embeds)]
  expect(half.slice(0, 256).every(v => v === 0) && half.slice(256).some(v => v !== 0)).toBe(true)
  expect(all.slice(0, 10).every(v => v === 0) && all.slice(10).some(v => v !== 0)).toBe(true)
})

test('the SDXL refiner: the second encoder alone, aesthetic scores of both halves', async () => {
  const { calls } = await feedsOf('refiner', {
    pipeline: 'StableDiffusionXLImg2ImgPipeline', tokenizers: ['tokenizer_2'], index: { requires_aesthetics_score: true, force_zeros_for_empty_prompt: false },
    parts: { ...vae, text_encoder_2: encoder(10, true), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 10], text_embeds: ['float32', 'b', 10], time_ids: ['float32', 'b', 5] }) },
  }, { conditioners: [text(), { name: 'image-to-image', options: { picture: '64', strength: 0.5 } }] })
  expect(calls('unet')).toHaveLength(1)
  expect(values(calls('unet')[0]!.time_ids)).toEqual([64, 64, 0, 0, 2.5, 64, 64, 0, 0, 6])
})

test('distilled guidance is an input, and there is no second half', async () => {
  const { calls } = await feedsOf('lcm', { pipeline: 'LatentConsistencyModelPipeline', tokenizers: ['tokenizer'], parts: { ...vae, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6], timestep_cond: ['float32', 'b', 4] }) } }, { guidanceScale: 8.5, conditioners: [text()] })
  const [first] = calls('unet')
  expect(first!.sample!.shape[0]).toBe(1)
  const [a, b] = [7500, 7500 * Math.exp(-Math.log(10000))]
  expect(values(first!.timestep_cond)).toEqual([Math.sin(a), Math.sin(b), Math.cos(a), Math.cos(b)].map(Math.fround))
})

test('inpainting models: latents, mask, masked picture', async () => {
  const { calls } = await feedsOf('inpainting', { pipeline: 'StableDiffusionInpaintPipeline', tokenizers: ['tokenizer'], parts: { ...vae, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6] }, {}, 9) } }, { conditioners: [text(), { name: 'inpaint', options: { picture: '64', mask: '64' } }] })
  const { shape } = calls('unet')[0]!.sample!
  expect(shape).toEqual([2, 9, 8, 8])
  // The mask is white: all ones, and the picture behind it is grey 0.
  expect(values(calls('unet')[0]!.sample).slice(4 * 64, 5 * 64).every(v => v === 1)).toBe(true)
  expect(values(calls('vae_encoder')[0]!.sample).every(v => v === 0)).toBe(true)
})

test('instruction editing: three samples, the picture in two of them', async () => {
  const { calls } = await feedsOf('edit', { pipeline: 'StableDiffusionInstructPix2PixPipeline', tokenizers: ['tokenizer'], parts: { ...vae, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6] }, {}, 8) } }, { conditioners: [text(), { name: 'edit', options: { picture: '64' } }] })
  const { shape } = calls('unet')[0]!.sample!
  expect(shape).toEqual([3, 8, 8, 8])
  const channels = [0, 1, 2].map(b => values(calls('unet')[0]!.sample).slice((b * 8 + 4) * 64, (b * 8 + 8) * 64))
  expect(channels[0]!.every(v => v === 0)).toBe(true)
  expect(channels[1]).toEqual(channels[2])
  expect(channels[1]!.some(v => v !== 0)).toBe(true)
})

test('upscaling: the noised small picture in the channels, its noise level as a class', async () => {
  const config = { ...vaeConfig, block_out_channels: [8, 8, 8] }
  const parts = { vae_decoder: { ...vae.vae_decoder, config }, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6], class_labels: ['int64', 'b'] }, { sample_size: 16 }, 7) }
  const { calls } = await feedsOf('upscaler', { pipeline: 'StableDiffusionUpscalePipeline', tokenizers: ['tokenizer'], lowResScheduler: { _class_name: 'DDPMScheduler', beta_schedule: 'scaled_linear', num_train_timesteps: 1000 }, parts },
    { conditioners: [text(), { name: 'upscale', options: { picture: '16', noiseLevel: 30 } }] }, { h: 16, w: 16 })
  const [first] = calls('unet')
  expect(first!.sample!.shape).toEqual([2, 7, 16, 16])
  expect(values(first!.class_labels)).toEqual([30, 30])
  const [a, b] = [0, 1].map(h => values(first!.sample).slice((h * 7 + 4) * 256, (h + 1) * 7 * 256))
  expect(a).toEqual(b)
  const mean = a!.reduce((s, v) => s + v, 0) / a!.length
  expect(mean).toBeGreaterThan(0.5)
  expect(mean).toBeLessThan(0.65)
})

const control = (inputs: object = {}): ModelSpec => ({
  pipeline: 'StableDiffusionControlNetPipeline', tokenizers: ['tokenizer'],
  parts: {
    ...vae, text_encoder: encoder(6, false),
    controlnet: { inputs: { sample: ['float32', 'b', 4, 'h', 'w'], timestep: ['int64', 'b'], encoder_hidden_states: ['float32', 'b', 's', 6], controlnet_cond: ['float32', 'b', 3, 'H', 'W'], conditioning_scale: ['float32'] }, outputs: { down_block_0: ['float32', 'b', 4, 'h', 'w'], mid_block: ['float32', 'b', 4, 'h', 'w'] } },
    unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6], down_block_0: ['float32', 'b', 4, 'h', 'w'], mid_block: ['float32', 'b', 4, 'h', 'w'], ...inputs }),
  },
})

test('ControlNet: a picture from 0 to 1, strength within its share of the run', async () => {
  const { calls } = await feedsOf('control', control(), { steps: 4, conditioners: [text(), { name: 'control', options: { picture: '64', strength: 0.8, from: 0.25, to: 0.75 } }] })
  expect(calls('controlnet').map(f => values(f.conditioning_scale)[0])).toEqual([0, 0.8, 0.8, 0].map(Math.fround))
  const [first] = calls('controlnet')
  expect(first!.controlnet_cond!.shape).toEqual([2, 3, 64, 64])
  expect(values(first!.controlnet_cond)[0]).toBeCloseTo(0.8)
  expect(calls('unet')[0]!.down_block_0!.shape).toEqual([2, 4, 8, 8])
})

test('ControlNet guessing: asked with the condition alone, nothing in the other half, the first block a tenth', async () => {
  const { calls } = await feedsOf('guess', control(), { conditioners: [text(), { name: 'control', options: { picture: '64', guess: true } }] })
  expect(calls('controlnet')[0]!.sample!.shape[0]).toBe(1)
  const [down, middle] = [values(calls('unet')[0]!.down_block_0), values(calls('unet')[0]!.mid_block)]
  expect(down.slice(0, 256).every(v => v === 0)).toBe(true)
  expect(down[256]! / middle[256]!).toBeCloseTo(0.1)
})

test('SD3: widened CLIP states, then T5 tokens; zeros where T5 is absent', async () => {
  const { calls } = await feedsOf('sd3', {
    pipeline: 'StableDiffusion3Pipeline', tokenizers: ['tokenizer', 'tokenizer_2'], scheduler: { _class_name: 'FlowMatchEulerDiscreteScheduler', num_train_timesteps: 1000, shift: 3 },
    parts: {
      ...vae, text_encoder: encoder(6, true), text_encoder_2: encoder(10, true),
      transformer: { inputs: { hidden_states: ['float32', 'b', 4, 'h', 'w'], encoder_hidden_states: ['float32', 'b', 't', 20], pooled_projections: ['float32', 'b', 16], timestep: ['float32', 'b'] }, outputs: { out_hidden_states: ['float32', 'b', 4, 'h', 'w'] }, config: { patch_size: 2, sample_size: 8, joint_attention_dim: 20 } },
    },
  }, { conditioners: [text({ maxTokens: 32 })] })
  const [first] = calls('transformer')
  expect([first!.encoder_hidden_states!.shape, first!.pooled_projections!.shape, first!.timestep!.shape]).toEqual([[2, 48, 20], [2, 16], [2]])
  const states = values(first!.encoder_hidden_states)
  expect(states.slice(16, 20)).toEqual([0, 0, 0, 0])
  expect(states.slice(16 * 20, 48 * 20).every(v => v === 0)).toBe(true)
})

test('DiT: classes and "no class"; learned variances are left alone', async () => {
  const { calls } = await feedsOf('dit', {
    pipeline: 'DiTPipeline',
    parts: { vae_decoder: vae.vae_decoder, transformer: { inputs: { hidden_states: ['float32', 'b', 4, 'h', 'w'], timestep: ['int64', 'b'], class_labels: ['int64', 'b'] }, outputs: { out_hidden_states: ['float32', 'b', 8, 'h', 'w'] }, config: { patch_size: 2, sample_size: 8, num_embeds_ada_norm: 1000 } } },
  }, { conditioners: [{ name: 'class-label', options: { label: 207 } }] })
  expect(values(calls('transformer')[0]!.class_labels)).toEqual([1000, 207])
})

test('video: frames in the sample, the text once for each', async () => {
  const { calls, outputs } = await feedsOf('video', {
    pipeline: 'AnimateDiffPipeline', tokenizers: ['tokenizer'],
    parts: { ...vae, text_encoder: encoder(6, false), unet: { inputs: { sample: ['float32', 'b', 4, 'f', 'h', 'w'], timestep: ['float32', 'b'], encoder_hidden_states: ['float32', 'bf', 's', 6] }, outputs: { out_sample: ['float32', 'b', 4, 'f', 'h', 'w'] }, config: { block_out_channels: [8, 8], sample_size: 8 } } },
  }, { conditioners: [text()] })
  const [first] = calls('unet')
  expect([first!.sample!.shape, first!.encoder_hidden_states!.shape]).toEqual([[2, 4, 16, 8, 8], [32, 16, 6]])
  const states = values(first!.encoder_hidden_states)
  expect(states.slice(0, 96)).toEqual(states.slice(15 * 96, 16 * 96))
  expect(states.slice(0, 96)).not.toEqual(states.slice(16 * 96, 17 * 96))
  expect(outputs[0]).toMatchObject({ mimeType: 'image/webp', width: 64, height: 64 })
  expect(await recipeOf(outputs[0]!.bytes)).toMatchObject({ model: 'video', seed: '7' })
  const { default: sharp } = await import('sharp')
  expect(await sharp(outputs[0]!.bytes).metadata()).toMatchObject({ pages: 16, width: 64, loop: 0 })
})

test('sound: one axis of samples, a WAV with its recipe', async () => {
  const { calls, outputs } = await feedsOf('sound', {
    pipeline: 'DanceDiffusionPipeline', scheduler: { _class_name: 'IPNDMScheduler', num_train_timesteps: 1000 },
    parts: { unet: { inputs: { sample: ['float32', 'b', 2, 'n'], timestep: ['float32', 'b'] }, outputs: { out_sample: ['float32', 'b', 2, 'n'] }, config: { in_channels: 2, sample_size: 30, sample_rate: 8000, up_block_types: ['a', 'b', 'c'] } } },
  }, { width: 1, height: 1, guidanceScale: 1, conditioners: [] })
  expect(calls('unet')[0]!.sample!.shape).toEqual([1, 2, 32])
  const bytes = Buffer.from(outputs[0]!.bytes)
  expect([outputs[0]!.mimeType, bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4) + 8, bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual(['audio/wav', 'RIFF', bytes.length, 2, 8000])
  expect(await recipeOf(outputs[0]!.bytes)).toMatchObject({ model: 'sound', seed: '7' })
})

test('a network that answers NaN is named, with the timestep', async () => {
  writeModel(root, 'broken-numbers', { pipeline: 'DDPMPipeline', parts: { unet: { inputs: { sample: ['float32', 'b', 3, 'h', 'w'], timestep: ['float32'] }, outputs: { out_sample: ['float32', 'b', 3, 'h', 'w'] }, config: { in_channels: 3, sample_size: 8 } } } })
  const provider = rememberingProvider([])
  const spoilt = { ...provider, open: async (file: string) => { const s = await provider.open(file); return { ...s, run: async (f: Readonly<Record<string, Value>>) => { const out = await s.run(f); out.out_sample!.data[5] = NaN; return out } } } }
  const { generate } = studio(spoilt, [root])
  await expect(run(generate, { ...apple, model: 'broken-numbers', width: 8, height: 8, conditioners: [] }, { plugins })).rejects.toMatchObject({ code: 'NON_FINITE', message: expect.stringMatching(/timestep 999/) as string })
})

test('a sampler that throws is blamed; what the journal throws is not', async () => {
  const order = { ...apple, model: 'broken-numbers', width: 8, height: 8, conditioners: [], sampler: { name: 'clumsy', options: {} } }
  const clumsy = { name: 'clumsy', summary: '', cites: '', order: 1, options: {}, async *sample({ x, intervals, denoise }: Run) { yield { x, level: intervals[0]!.from, denoised: (await denoise(x, intervals[0]!.from)).clean }; throw new TypeError('dropped it') } }
  const own = { ...plugins, samplers: () => [...plugins.samplers(), clumsy as unknown as Sampler] }
  const { generate } = studio(rememberingProvider([]), [root])
  await expect(run(generate, order, { plugins: own })).rejects.toMatchObject({ code: 'PLUGIN_FAILED', field: 'sampler', message: expect.stringMatching(/"clumsy" failed at step 1: dropped it/) as string })
  const journal = { read: () => Promise.resolve(undefined), write: () => Promise.reject(new Error('disk full')) }
  await expect(run(generate, order, { plugins: own, journal })).rejects.toThrow(/^disk full$/)
})

test('a run that is cancelled while its model loads stops there, and leaves nothing open', async () => {
  writeModel(root, 'slow', { pipeline: 'StableDiffusionPipeline', tokenizers: ['tokenizer'], parts: { ...vae, text_encoder: encoder(6, false), unet: unet({ encoder_hidden_states: ['float32', 'b', 's', 6] }) } })
  const open = new Set<string>()
  const provider = rememberingProvider([])
  const counted = { ...provider, open: async (file: string) => { const s = await provider.open(file); open.add(file); return { ...s, close: () => { open.delete(file); return Promise.resolve() } } } }
  const { generate, residency } = studio(counted, [root])
  const stop = new AbortController()
  await expect(run(generate, { ...apple, model: 'slow' }, { plugins, signal: stop.signal }, p => { if (p.type === 'loading' && p.part === 'unet') stop.abort(new Error('enough')) })).rejects.toThrow('enough')
  expect([open.size, residency.loaded().length]).toEqual([0, 0])
})
