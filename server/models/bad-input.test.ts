/** Every option of a request against every kind of model: what does not go together is refused before anything is queued, naming option, value and what is allowed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Conditioner } from '../../plugins/sdk/index.js'
import { conditioner } from '../../plugins/sdk/index.js'
import { makeOrder, type OrderRequest } from '../core/make-order.js'
import { planOrder } from '../core/order-plan.js'
import type { Plugins } from '../core/services.js'
import { packagePlugins } from '../pipelines/fixture.js'
import { writeModel, type ModelSpec } from '../pipelines/fixture-models.js'
import { catalog } from './catalog.js'

const root = mkdtempSync(join(tmpdir(), 'noisegraph-bad-input-'))
afterAll(() => rmSync(root, { recursive: true }))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

type Part = ModelSpec['parts'][string]
const vaeConfig = { block_out_channels: [8, 8, 8, 8], latent_channels: 4 }
const vae = {
  vae_encoder: { inputs: { sample: ['float32', 'b', 3, 'H', 'W'] }, outputs: { latent_parameters: ['float32', 'b', 8, 'h', 'w'] }, config: vaeConfig },
  vae_decoder: { inputs: { latent_sample: ['float32', 'b', 4, 'h', 'w'] }, outputs: { sample: ['float32', 'b', 3, 'H', 'W'] }, config: vaeConfig },
} as const
const encoder = (states: number) => ({ inputs: { input_ids: ['int64', 'b', 's'] }, config: { max_position_embeddings: 77 }, outputs: { last_hidden_state: ['float32', 'b', 's', 8], ...Object.fromEntries(Array.from({ length: states }, (_, i) => [`hidden_states.${i}`, ['float32', 'b', 's', 8]])) } } as unknown as Part)
const unet = (channels: number, inputs: object = {}, config: object = {}, size: readonly [number | string, number | string] = ['h', 'w']) =>
  ({ inputs: { sample: ['float32', 'b', channels, ...size], timestep: ['int64'], ...inputs }, outputs: { out_sample: ['float32', 'b', 4, ...size] }, config: { block_out_channels: [8, 8], sample_size: 8, ...config } } as unknown as Part)
const states = { encoder_hidden_states: ['float32', 'b', 's', 8] }
const written = (name: string, spec: Omit<ModelSpec, 'pipeline'> & { readonly pipeline?: string }) => writeModel(root, name, { pipeline: 'StableDiffusionPipeline', ...spec })

written('sd', { parts: { text_encoder: encoder(4), unet: unet(4, states), ...vae }, tokenizers: ['tokenizer'] })
written('bare', { parts: { text_encoder: encoder(0), unet: unet(4, states), vae_decoder: vae.vae_decoder }, tokenizers: ['tokenizer'] })
written('inpainting', { parts: { text_encoder: encoder(4), unet: unet(9, states), ...vae }, tokenizers: ['tokenizer'] })
written('editing', { parts: { text_encoder: encoder(4), unet: unet(8, states), ...vae }, tokenizers: ['tokenizer'] })
written('upscaling', { parts: { text_encoder: encoder(4), unet: unet(7, { ...states, class_labels: ['int64', 'b'] }), ...vae }, tokenizers: ['tokenizer'], lowResScheduler: { _class_name: 'DDPMScheduler', num_train_timesteps: 1000 } })
written('xl', { parts: { text_encoder: encoder(4), text_encoder_2: encoder(4), unet: unet(4, { ...states, encoder_hidden_states: ['float32', 'b', 's', 16], text_embeds: ['float32', 'b', 8], time_ids: ['float32', 'b', 6] }), ...vae }, tokenizers: ['tokenizer', 'tokenizer_2'] })
written('classes', { parts: { unet: unet(3, { class_labels: ['int64', 'b'] }, { in_channels: 3, num_class_embeds: 10 }) }, pipeline: 'DDPMPipeline' })
written('pixels', { parts: { unet: unet(3, {}, { in_channels: 3 }) }, pipeline: 'DDPMPipeline' })
written('fixed', { parts: { unet: unet(3, {}, { in_channels: 3 }, [8, 8]) }, pipeline: 'DDPMPipeline' })
written('sound', { parts: { unet: { inputs: { sample: ['float32', 'b', 2, 'n'], timestep: ['float32', 'b'] }, outputs: { out_sample: ['float32', 'b', 2, 'n'] }, config: { in_channels: 2, sample_size: 64, sample_rate: 100, up_block_types: ['a'] } } }, pipeline: 'DanceDiffusionPipeline' })
const models = catalog([root])

/** Whatever a model reads feeds: somebody else's. */
const foreign = conditioner({ name: 'foreign', summary: 'Of another package.', options: {}, part: () => ({ strength: 0.25 }), condition: async () => ({ start: { strength: 0.25 } }) }) as unknown as Conditioner
const order = (request: Partial<OrderRequest>) => makeOrder({ seed: '1', ...request }, { models, samplers: plugins.samplers(), conditioners: [...plugins.conditioners(), foreign], findImage: async id => (id === 'p' ? { width: 64, height: 64 } : id === 'small' ? { width: 8, height: 8 } : undefined) })
const call = (name: string, options: object = {}) => ({ name, options })
const picture = { picture: 'p' }

test('guidance and steps are those of the published pipeline where a model says nothing', async () => {
  const golden = await catalog([fileURLToPath(new URL('../../../golden/models', import.meta.url))]).list()
  const scales = Object.fromEntries(golden.map(m => [m.name, m.defaults.guidanceScale]))
  const steps = Object.fromEntries(golden.map(m => [m.name, m.defaults.steps]))
  expect(steps).toMatchObject({ unclip: 25, 'sdxl-base': 30, lcm: 4, consistency: 2, 'pixart-alpha': 20, dance: 50 })
  expect(scales).toMatchObject({ unclip: 8, 'sdxl-base': 5, sd3: 7, flux: 3.5, 'pixart-alpha': 4.5, dit: 4, audioldm: 2.5, 'sd2-v': 7.5, ddpm: 1, dance: 1, consistency: 1 })
})

test('what each kind of model is, and what it takes', async () => {
  const kinds = Object.fromEntries((await models.list()).map(m => [m.name, [m.family, m.conditioners.join(' '), m.needs?.join(' ')]]))
  expect(kinds).toEqual({
    sd: ['Stable Diffusion', 'text image-to-image inpaint video-to-video morph', ''], bare: ['Stable Diffusion', 'text morph', ''],
    inpainting: ['Stable Diffusion, inpainting', 'text inpaint image-to-image video-to-video morph', 'inpaint'], editing: ['InstructPix2Pix', 'text edit morph', 'edit'], upscaling: ['upscaler (x4)', 'text upscale morph', 'upscale'],
    xl: ['Stable Diffusion XL', 'text image-to-image inpaint video-to-video morph size-hint', ''], classes: ['class-conditional pixel model', 'class-label image-to-image inpaint video-to-video', 'class-label'],
    pixels: ['pixel model', 'image-to-image inpaint video-to-video', ''], fixed: ['pixel model', 'image-to-image inpaint video-to-video', ''], sound: ['sound, of samples', '', ''],
  })
})

test.each<[model: string, request: Partial<OrderRequest>, code: string, field: string, message: RegExp]>([
  ['sd', { width: 513 }, 'INVALID_OPTION', 'width', /multiple of 16 .*got 513. The next are 512 and 528/], ['sd', { height: 8 }, 'INVALID_OPTION', 'height', /16 to 8192, got 8/],
  ['sd', { steps: 0 }, 'INVALID_OPTION', 'steps', /1 to 1000, got 0/], ['sd', { steps: 2.5 }, 'INVALID_OPTION', 'steps', /whole number/], ['sd', { count: 65 }, 'INVALID_OPTION', 'count', /1 to 64, got 65/],
  ['sd', { seed: '-1' }, 'INVALID_OPTION', 'seed', /got "-1"/], ['sd', { guidanceScale: 101 }, 'INVALID_OPTION', 'guidanceScale', /0 to 100, got 101/], ['sd', { frames: 8 }, 'INCOMPATIBLE', 'frames', /frames/],
  ['sd', { seconds: 3 }, 'INCOMPATIBLE', 'seconds', /seconds/], ['sd', { format: 'gif' }, 'INVALID_OPTION', 'format', /png, webp, jpeg, avif, not as "gif"/], ['sd', { format: 'png', quality: 5 }, 'INVALID_OPTION', 'quality', /got 5/],
  ['sd', { conditioners: [call('class-label', { label: 3 })] }, 'INCOMPATIBLE', 'conditioners.0.name', /"class-label", which is for class-conditional models. It takes "text"/],
  ['sd', { conditioners: [call('edit', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /edit by instruction/], ['sd', { conditioners: [call('upscale', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /upscaling models/],
  ['sd', { conditioners: [call('control', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /ControlNet/], ['sd', { conditioners: [call('size-hint')] }, 'INCOMPATIBLE', 'conditioners.0.name', /SDXL/],
  ['sd', { conditioners: [call('image-to-image', { picture: 'none' })] }, 'UNKNOWN_UPLOAD', 'conditioners.0.options.picture', /"none"/],
  ['sd', { conditioners: [call('image-to-image', { ...picture, strength: 1.5 })] }, 'INVALID_OPTION', 'conditioners.0.options.strength', /0 to 1, got 1.5/],
  ['sd', { conditioners: [call('inpaint', { ...picture, mask: 'small' })] }, 'INVALID_IMAGE', 'conditioners.0.options.mask', /8 x 8 pixels and the picture 64 x 64/],
  ['sd', { conditioners: [call('text', { prompt: 'a', prompt2: 'b' })] }, 'INVALID_OPTION', 'conditioners.0.options.prompt2', /second text encoder, and there is one.*got "b"/],
  ['sd', { conditioners: [call('text', { prompt: 'a', clipSkip: 3 })] }, 'INVALID_OPTION', 'conditioners.0.options.clipSkip', /from 0 to 2 .*got 3/],
  ['sd', { conditioners: [call('text', { prompt: 'a', maxTokens: 99 })] }, 'INVALID_OPTION', 'conditioners.0.options.maxTokens', /must be left out.*got 99/],
  ['bare', { conditioners: [call('text', { prompt: 'a', clipSkip: 1 })] }, 'INVALID_OPTION', 'conditioners.0.options.clipSkip', /must be 0: .*without its hidden states/],
  ['bare', { conditioners: [call('image-to-image', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /have an encoder/], ['bare', { conditioners: [call('inpaint', { ...picture, mask: 'p' })] }, 'INCOMPATIBLE', 'conditioners.0.name', /"inpaint"/],
  ['xl', { conditioners: [call('text', { prompt: 'a', negativePrompt3: 'b' })] }, 'INVALID_OPTION', 'conditioners.0.options.negativePrompt3', /third text encoder, and there are 2/],
  ['inpainting', { prompt: 'a' }, 'INCOMPATIBLE', 'conditioners', /needs the conditioner "inpaint": add \{ inpaint: \{ picture: ID, mask: ID \} \}/],
  ['editing', { prompt: 'a' }, 'INCOMPATIBLE', 'conditioners', /needs the conditioner "edit"/], ['editing', { conditioners: [call('image-to-image', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /"image-to-image"/],
  ['upscaling', { prompt: 'a' }, 'INCOMPATIBLE', 'conditioners', /needs the conditioner "upscale"/], ['upscaling', { conditioners: [call('class-label', { label: 1 })] }, 'INCOMPATIBLE', 'conditioners.0.name', /"class-label"/],
  ['classes', { prompt: 'a' }, 'INCOMPATIBLE', 'prompt', /takes no prompt: leave it out. It takes "class-label"/], ['classes', {}, 'INCOMPATIBLE', 'conditioners', /needs the conditioner "class-label"/],
  ['classes', { conditioners: [call('class-label', { label: 4000 })] }, 'INVALID_OPTION', 'conditioners.0.options.label', /from 0 to 9 for the model "classes", got 4000/],
  ['classes', { conditioners: [call('class-label', { label: 1, nullLabel: 10 })] }, 'INVALID_OPTION', 'conditioners.0.options.nullLabel', /from 0 to 9/],
  ['pixels', { prompt: 'a' }, 'INCOMPATIBLE', 'prompt', /takes no prompt/], ['pixels', { negativePrompt: 'a' }, 'INCOMPATIBLE', 'prompt', /takes no prompt/],
  ['pixels', { guidanceScale: 7 }, 'INCOMPATIBLE', 'guidanceScale', /neither text nor a class.*got 7/], ['fixed', { width: 16 }, 'INVALID_OPTION', 'width', /exported for a width of 8 only, got 16/],
  ['sound', { width: 64 }, 'INCOMPATIBLE', 'width', /makes sounds, which have no width: leave it out, got 64/], ['sound', { format: 'png' }, 'INVALID_OPTION', 'format', /wav, not as "png"/],
  ['sound', { conditioners: [call('image-to-image', picture)] }, 'INCOMPATIBLE', 'conditioners.0.name', /It takes none of the shipped ones/],
  ['none', {}, 'UNKNOWN_MODEL', 'model', /"none"/],
])('%s, asked %j', async (model, request, code, field, message) => {
  await expect(order({ model, ...request })).rejects.toMatchObject({ code, field, message: expect.stringMatching(message) as string })
})

test('what goes together is taken', async () => {
  expect(await order({ model: 'sd', prompt: 'a', negativePrompt: 'b', format: 'jpeg', conditioners: [call('inpaint', { ...picture, mask: 'p' })] })).toMatchObject({ format: 'jpeg', quality: 90 })
  await order({ model: 'inpainting', prompt: 'a', conditioners: [call('inpaint', { ...picture, mask: 'p', strength: 0.5 })] })
  await order({ model: 'xl', conditioners: [call('text', { prompt: 'a', prompt2: 'b', clipSkip: 2 }), call('size-hint', { cropTop: 5 })] })
  await order({ model: 'classes', guidanceScale: 3, conditioners: [call('class-label', { label: 9 })] })
  // Another package's conditioner may feed what the model needs, and guide.
  await order({ model: 'editing', conditioners: [call('foreign')] })
  await order({ model: 'pixels', guidanceScale: 3, conditioners: [call('foreign')] })
  await order({ model: 'sound' })
})

test.each([['foreign', {}, 8, 2], ['image-to-image', { ...picture, strength: 0.5 }, 8, 4], ['inpaint', { ...picture, mask: 'p', strength: 0.5 }, 8, 4]] as const)('a plan shows where %s starts', async (name, options, steps, made) => {
  const it = await order({ model: 'pixels', steps, conditioners: [call(name, options)], sampler: { name: 'euler' } })
  expect(planOrder(it, await models.get('pixels'), { samplers: plugins.samplers(), conditioners: [...plugins.conditioners(), foreign] }).intervals).toHaveLength(made)
})
