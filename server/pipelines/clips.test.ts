/** Clips as a start: with a model of pictures every frame is painted alone, with a model of videos all are one sample. */
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { decodeFrames, encodePng, readPictureHeader, type Raster } from '../artifacts/pictures.js'
import { makeOrder, type OrderRequest } from '../core/make-order.js'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { modelsFolder, packagePlugins, run, studio } from './fixture.js'

const { generate, residency, catalog } = studio(onnxruntime('cpu', { threads: 2 }), [modelsFolder, fileURLToPath(new URL('../../../golden/models', import.meta.url))])
const files = new Map<string, Uint8Array>()
const image = (id: string) => Promise.resolve(files.get(id)!)
let plugins: Plugins
beforeAll(async () => {
  plugins = await packagePlugins()
  // A square that moves to the right: 64 x 64, without loss.
  const square = (left: number): Raster => ({ width: 64, height: 64, channels: 3, data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 64 >= left && Math.floor(i / 3) % 64 < left + 24 && i % 3 === 0 ? 255 : 60)) })
  const frames = [4, 16, 28].map(square)
  for (const [i, frame] of frames.entries()) files.set(`frame ${i}`, await encodePng(frame))
  const strip = sharp(Buffer.concat(frames.map(f => f.data)), { raw: { width: 64, height: 192, channels: 3, pageHeight: 64 } })
  files.set('webp', await strip.clone().webp({ lossless: true, delay: [100, 100, 100] }).toBuffer())
  files.set('gif', await strip.clone().gif({ delay: [100, 100, 100] }).toBuffer())
})
afterAll(() => residency.close())

const order = (request: Partial<OrderRequest>) =>
  makeOrder({ model: 'emoji64', prompt: 'a red apple', seed: '7', steps: 4, device: 'cpu', ...request }, { models: catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: async id => files.has(id) ? readPictureHeader(files.get(id)!) : undefined })
const made = async (request: Partial<OrderRequest>) => (await run(generate, await order(request), { plugins, image }))[0]!
const from = (clip: string, strength = 0.5) => ({ conditioners: [{ name: 'video-to-video', options: { clip, strength } }] })
const hex = ({ data }: Raster) => Buffer.from(data).toString('hex')

test('a model of pictures makes of every frame what it makes of it alone', async () => {
  const video = await made(from('webp'))
  expect(video.mimeType).toBe('image/webp')
  const frames = (await decodeFrames(video.bytes)).map(hex)
  expect(frames).toHaveLength(3)
  for (const [i, frame] of frames.entries()) {
    const { bytes } = await made({ conditioners: [{ name: 'image-to-image', options: { picture: `frame ${i}`, strength: 0.5 } }] })
    expect(frame).toBe((await decodeFrames(bytes)).map(hex)[0])
  }
  // Fewer frames than the clip has are taken evenly.
  expect((await decodeFrames((await made({ ...from('webp'), frames: 2 })).bytes)).map(hex)).toEqual([frames[0], frames[2]])
})

test('a model of videos takes the clip in its size and length, animated GIFs too', async () => {
  const clip = { model: 'animatediff', width: 32, height: 16, ...from('gif') }
  expect(await order(clip)).toMatchObject({ frames: 3, format: 'webp', width: 32 })
  expect((await decodeFrames((await made(clip)).bytes)).map(f => [f.width, f.height])).toEqual([[32, 16], [32, 16], [32, 16]])
  expect(await order({ ...clip, frames: 5 })).toMatchObject({ frames: 5 })
  // As long as the model makes videos where the clip is a still picture.
  expect(await order({ ...clip, ...from('frame 0') })).toMatchObject({ frames: 16 })
})

test('a video that is taken over within its run is what it is alone; one that is finished is a clip to the next model', async () => {
  const plain = { model: 'animatediff', width: 16, height: 16, frames: 3, sampler: { name: 'ddim' } }
  const alone = (await decodeFrames((await made(plain)).bytes)).map(hex)
  expect((await decodeFrames((await made({ ...plain, stages: [{ model: 'animatediff', after: 0.5 }] })).bytes)).map(hex)).toEqual(alone)
  const twice = await order({ ...plain, stages: [{ model: 'animatediff', width: 32, height: 32 }] })
  expect(twice.stages![0]!.conditioners).toMatchObject([{ name: 'text', options: { prompt: 'a red apple' } }, { name: 'video-to-video', options: { clip: 'previous', strength: 0.3 } }])
  const larger = (await run(generate, twice, { plugins, image }))[0]!
  expect((await decodeFrames(larger.bytes)).map(f => [f.width, f.height])).toEqual([[32, 32], [32, 32], [32, 32]])
  await expect(order({ ...plain, stages: [{ model: 'emoji64' }] })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'stages.0.model', message: expect.stringMatching(/"emoji64" makes pictures[^]*videos/) as string })
})

test('what is no clip is refused by the name of the option', async () => {
  await expect(order(from('nowhere'))).rejects.toMatchObject({ code: 'UNKNOWN_UPLOAD', field: 'conditioners.0.options.clip' })
  await expect(order({ model: 'unclip', ...from('webp') })).rejects.toMatchObject({ code: 'INCOMPATIBLE', message: expect.stringMatching(/"unclip" does not take the conditioner "video-to-video"/) as string })
  await expect(order({ frames: 4 })).rejects.toMatchObject({ code: 'INCOMPATIBLE', message: expect.stringMatching(/"video-to-video"/) as string })
})
