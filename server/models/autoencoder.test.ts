/** The shipped autoencoder on a picture larger than one tile, against the same network on the whole of it. */
import { fileURLToPath } from 'node:url'
import type { Tensor } from '../../plugins/sdk/index.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { autoencoder } from './autoencoder.js'
import { readModelFolder } from './folder.js'
import { toTensor, toValue } from './value.js'

const folder = readModelFolder(fileURLToPath(new URL('../../../models/emoji64', import.meta.url)))
const { config } = folder.parts.get('vae_decoder')!
const open = (part: string) => onnxruntime('cpu', { threads: 2 }).open(folder.parts.get(part)!.file)
const [width, height] = [1344, 64]
/** Smooth colours, as pictures have them. */
const picture: Tensor = { shape: [1, 3, height, width], data: Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(Math.floor(i / width / height) + (i % width) / 23 + (Math.floor(i / width) % height) / 17)) }
const none = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) })
const furthest = (a: Tensor, b: Tensor) => a.data.reduce((m, v, i) => Math.max(m, Math.abs(v - b.data[i]!)), 0)

test('in tiles it encodes and decodes as it does whole, but for what lies beyond a tile', async () => {
  const [encoder, decoder] = [await open('vae_encoder'), await open('vae_decoder')]
  const calls: number[] = []
  const counted = (session: typeof encoder) => ({ ...session, run: (feeds: Parameters<typeof session.run>[0]) => { calls.push(Object.values(feeds)[0]!.shape[3]!); return session.run(feeds) } })
  const it = autoencoder(config, async () => counted(encoder), async () => counted(decoder))
  const latents = await it.encode(picture, none)
  expect(calls).toEqual([1024, 1024])
  const whole = async (session: typeof encoder, x: Tensor) => toTensor(Object.values(await session.run({ [session.inputs[0]!.name]: toValue(x, session.inputs[0]!.type) }))[0]!)
  const scale = typeof config.scaling_factor === 'number' ? config.scaling_factor : 1
  const unscaled: Tensor = { shape: latents.shape, data: latents.data.map(v => v / scale) }
  // Its convolutions see less than half of what tiles share, so only rounding differs; values reach 3 and 1.
  expect(furthest(unscaled, await whole(encoder, picture))).toBeLessThan(1e-2)
  const decoded = await it.decode(latents)
  expect(decoded.shape).toEqual(picture.shape)
  expect(furthest(decoded, await whole(decoder, unscaled))).toBeLessThan(1e-2)
  await Promise.all([encoder.close(), decoder.close()])
})

test('several samples go through it one after the other, and are those that each gives alone', async () => {
  const decoder = await open('vae_decoder')
  const batches: number[] = []
  const it = autoencoder(config, undefined, async () => ({ ...decoder, run: feeds => { batches.push(Object.values(feeds)[0]!.shape[0]!); return decoder.run(feeds) } }))
  const latents: Tensor = { shape: [2, 4, 8, 8], data: Float32Array.from({ length: 512 }, (_, i) => Math.sin(i)) }
  const both = await it.decode(latents)
  const second = await it.decode({ shape: [1, 4, 8, 8], data: latents.data.slice(256) })
  expect(batches).toEqual([1, 1, 1])
  expect(Buffer.compare(Buffer.from(both.data.slice(both.data.length / 2).buffer), Buffer.from(second.data.slice().buffer))).toBe(0)
  await decoder.close()
})
