import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NoisegraphError } from '../core/errors.js'
import { catalog } from './catalog.js'
import { factsOf } from './facts.js'
import { readModelFolder } from './folder.js'
import { writeModel, type ModelSpec } from '../pipelines/fixture-models.js'

const shipped = fileURLToPath(new URL('../../../models/emoji64', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'noisegraph-folder-'))
afterAll(() => rmSync(root, { recursive: true }))

let made = 0
function damaged(damage: (path: string) => void): string {
  const path = join(root, `model-${made++}`)
  cpSync(shipped, path, { recursive: true, filter: from => !/reference|recipe|examples/.test(from) })
  damage(path)
  return path
}
function messageOf(path: string): string {
  try {
    readModelFolder(path)
  } catch (error) {
    expect(error).toBeInstanceOf(NoisegraphError)
    expect((error as NoisegraphError).code).toBe('BROKEN_MODEL')
    return (error as NoisegraphError).message
  }
  throw new Error('The folder was accepted.')
}

test('the shipped model is read without loading it', () => {
  const folder = readModelFolder(shipped)
  expect([...folder.parts.keys()].sort()).toEqual(['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'])
  expect(folder.parts.get('unet')!.header).toMatchObject({ inputs: [{ name: 'sample', type: 'float32' }, { name: 'timestep', type: 'int64' }, { name: 'encoder_hidden_states' }], weightTypes: expect.arrayContaining(['float16']) as unknown })
  expect(folder.parts.get('unet')!.header.parameters).toBeGreaterThan(5.6e6)
  expect(factsOf(folder)).toMatchObject({ factor: 4, channels: 4, sizeMultiple: 16, width: 64, height: 64, classes: null, takesText: true, takesImages: true })
})

test('every missing or damaged part is named in one error', () => {
  const message = messageOf(damaged(path => {
    rmSync(join(path, 'unet/model.onnx'))
    rmSync(join(path, 'tokenizer'), { recursive: true })
    truncateSync(join(path, 'vae_decoder/model.onnx'), 100_000)
    writeFileSync(join(path, 'text_encoder/config.json'), '{"hidden_size": 128,')
  }))
  expect(message).toMatch(/unet\/model\.onnx is missing/)
  expect(message).toMatch(/tokenizer has no tokenizer\.json/)
  expect(message).toMatch(/vae_decoder\/model\.onnx: not a complete ONNX model: .*byte/)
  expect(message).toMatch(/text_encoder\/config\.json is not JSON/)
})

test.each([
  ['no index', (p: string) => rmSync(join(p, 'model_index.json')), /model_index\.json is missing/],
  ['an index that is no object', (p: string) => writeFileSync(join(p, 'model_index.json'), '[]'), /holds no JSON object/],
  ['no scheduler', (p: string) => rmSync(join(p, 'scheduler/scheduler_config.json')), /scheduler\/scheduler_config\.json is missing/],
  ['an empty network', (p: string) => truncateSync(join(p, 'unet/model.onnx'), 0), /unet\/model\.onnx: not a complete ONNX model/],
  ['a network that is something else', (p: string) => writeFileSync(join(p, 'unet/model.onnx'), 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 11952755\n'), /unet\/model\.onnx/],
] as const)('a folder with %s is refused', (_, damage, message) => {
  expect(messageOf(damaged(damage))).toMatch(message)
})

test('parts of different models are told apart', () => {
  const files: Record<string, ModelSpec['parts'][string]> = {
    unet: { inputs: { sample: ['float32', 'b', 4, 'h', 'w'], timestep: ['int64', 'b'], encoder_hidden_states: ['float32', 'b', 's', 768] }, outputs: { out_sample: ['float32', 'b', 4, 'h', 'w'] } },
    text_encoder: { inputs: { input_ids: ['int64', 'b', 's'] }, outputs: { last_hidden_state: ['float32', 'b', 's', 1024] } },
    vae_decoder: { inputs: { latent_sample: ['float32', 'b', 16, 'h', 'w'] }, outputs: { sample: ['float32', 'b', 3, 'H', 'W'] } },
  }
  writeModel(root, 'mixed', { pipeline: 'StableDiffusionPipeline', tokenizers: ['tokenizer'], parts: files })
  const message = messageOf(join(root, 'mixed'))
  expect(message).toMatch(/unet reads text of 768 features and text_encoder gives 1024/)
  expect(message).toMatch(/unet takes 4 channels and vae_decoder decodes 16/)
})

test('the catalog lists a broken model with its problem, and names what there is', async () => {
  const good = damaged(() => undefined)
  const known = catalog([root])
  const list = await known.list()
  expect(list.find(m => m.name === good.split('/').at(-1))).toMatchObject({ pipeline: 'StableDiffusionPipeline', conditioners: ['text', 'image-to-image', 'inpaint', 'video-to-video', 'morph'], defaults: { width: 64, height: 64, steps: 20, guidanceScale: 4.5 } })
  expect(list.filter(m => m.problem).length).toBeGreaterThan(3)
  await expect(known.get('nothing')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL', message: expect.stringMatching(/model-0/) as string })
})

test('a folder is read again when a file in it changes', () => {
  const path = damaged(() => undefined)
  const known = catalog([root])
  const name = path.split('/').at(-1)!
  expect(known.folder(name).scheduler.className).toBe('DDIMScheduler')
  const file = join(path, 'scheduler/scheduler_config.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('DDIMScheduler', 'EulerDiscreteScheduler'))
  expect(known.folder(name).scheduler.className).toBe('EulerDiscreteScheduler')
})
