/** The example programs, as they are, against a real server with its own PostgreSQL and worker. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { recipeOf } from '../pipelines/recipe-text.js'
import { packageRoot } from '../plugins/host.js'
import { startServer } from './process.js'

const folder = mkdtempSync(join(tmpdir(), 'noisegraph-examples-'))
const at = (name: string) => join(folder, name)
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ NOISEGRAPH_DATA: at('data'), NOISEGRAPH_MODELS: join(packageRoot, 'golden/models'), NOISEGRAPH_DEVICE: 'cpu', NOISEGRAPH_THREADS: '1', DATABASE_URL: '' })
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000000' } }).composite([{ input: { create: { width: 64, height: 32, channels: 3, background: '#ffffff' } }, left: 0, top: 32 }]).png().toFile(at('mask.png'))
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const example = async (name: string, ...args: readonly string[]) => {
  const file = at(args[0]!)
  const { stdout } = await promisify(execFile)(process.execPath, [join(packageRoot, `dist/examples/client/${name}.js`), server.url, file, ...args.slice(1)], { cwd: folder })
  expect(stdout).toContain(`${file} is ready`)
  const bytes = readFileSync(file)
  return { bytes, order: await recipeOf(bytes) }
}

test('text to image, image to image, inpainting', async () => {
  const made = await example('text-to-image', 'apple.png', 'a red apple on a blue background')
  expect([made.order.model, made.order.sampler?.name, (await sharp(made.bytes).metadata()).width]).toEqual(['emoji64', 'euler-ancestral', 64])
  const changed = await example('image-to-image', 'green.png', 'apple.png', 'a green apple')
  expect(changed.order.conditioners.map(c => c.name)).toEqual(['text', 'image-to-image'])
  const painted = await example('inpaint', 'painted.png', 'apple.png', 'mask.png', 'a snowman at night')
  const upper = async (bytes: Buffer) => sharp(bytes).extract({ left: 0, top: 0, width: 64, height: 24 }).removeAlpha().raw().toBuffer()
  const [before, after] = await Promise.all([upper(made.bytes), upper(painted.bytes)])
  // What the mask keeps passes through the autoencoder and is otherwise what it was.
  expect(before.reduce((sum, v, i) => sum + Math.abs(v - after[i]!), 0) / before.length).toBeLessThan(10)
  expect(Buffer.compare(changed.bytes, made.bytes)).not.toBe(0)
})

test('a video between two prompts, and another one from it', async () => {
  const way = await example('morph', 'way.webp', 'a red apple', 'a green pear')
  expect(await sharp(way.bytes).metadata()).toMatchObject({ format: 'webp', pages: 8, delay: Array.from({ length: 8 }, () => 125) })
  const other = await example('video-to-video', 'other.webp', 'way.webp', 'a blue fish')
  expect([other.order.frames, (await sharp(other.bytes).metadata()).pages]).toEqual([8, 8])
  // As one sample, with a model that knows of motion.
  const moved = await example('video-to-video', 'moved.webp', 'way.webp', 'a big dog', 'animatediff')
  expect([moved.order.model, moved.order.frames]).toEqual(['animatediff', 8])
})

test('a sound of so many seconds, a cloud of so many points', async () => {
  const sound = await example('sound', 'rain.wav', 'audioldm', 'rain', '0.5')
  expect([sound.order.seconds, sound.bytes.toString('latin1', 0, 4)]).toEqual([0.5, 'RIFF'])
  const cloud = await example('points', 'cloud.glb', 'points', '64')
  expect([cloud.order.points, cloud.bytes.toString('latin1', 0, 4)]).toEqual([64, 'glTF'])
})

test('class-conditional and unconditional', async () => {
  expect((await example('class-conditional', 'class.png', 'dit', '3')).order).toMatchObject({ model: 'dit', conditioners: [{ name: 'class-label', options: { label: 3 } }] })
  const any = await example('unconditional', 'any.wav', 'dance')
  expect([any.order.model, any.order.conditioners, any.bytes.toString('latin1', 0, 4)]).toEqual(['dance', [], 'RIFF'])
})
