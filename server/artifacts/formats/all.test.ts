/** Every format: the result comes back, and so does the text, as long as a text may be. */
import sharp from 'sharp'
import { formats, formatsOf, isFormat } from '../../core/formats.js'
import { decodePicture, type Raster } from '../pictures.js'
import { encodeFile, fileText, type Result } from './index.js'

const [width, height] = [24, 16]
/** A smooth picture, which even formats that lose something keep nearly. */
const raster = (shift: number): Raster => ({ width, height, channels: 3, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.round(127 + 120 * Math.sin((i % 3) + shift + Math.floor(i / 3 / width) / 9 + (Math.floor(i / 3) % width) / 11))) })
const results: { readonly [K in Result['kind']]: Extract<Result, { kind: K }> } = {
  picture: { kind: 'picture', picture: raster(0) },
  video: { kind: 'video', frames: [0, 1, 2].map(raster), framesPerSecond: 8 },
  sound: { kind: 'sound', channels: [Float32Array.from({ length: 100 }, (_, i) => Math.sin(i / 5))], sampleRate: 16_000 },
  points: { kind: 'points', positions: Float32Array.of(0, 1, 2, -3, 4.5, 0.25), colours: Uint8Array.of(255, 0, 7, 1, 2, 3) },
  voxels: { kind: 'voxels', mesh: { positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), normals: Float32Array.of(0, 0, -1, 1, 0, 0, 0, 1, 0, 0, 0, 1), triangles: Uint32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3) } },
  molecule: { kind: 'molecule', positions: Float32Array.of(0, 0, 0, 0.96, 0, 0, -0.24, 0.93, 0), atoms: ['O', 'H', 'H'] },
}
const texts = { short: '{"prompt":"ein roter Apfel, 赤いりんご"}', long: JSON.stringify({ prompt: '赤'.repeat(10_000), more: Array.from({ length: 30_000 }, (_, i) => i) }) }

const each = (Object.keys(results) as Result['kind'][]).flatMap(kind => formatsOf(kind).map(format => [kind, format] as const))

test('every format belongs to a kind of result', () => {
  expect(new Set(each.map(([, format]) => format))).toEqual(new Set(Object.keys(formats).filter(isFormat)))
})

test.each(each)('a %s as %s carries its text, and equal results make equal files', async (kind, format) => {
  for (const text of Object.values(texts)) {
    const { bytes, mimeType } = await encodeFile(results[kind], { format }, text)
    expect(mimeType).toBe(formats[format].mimeType)
    expect(await fileText(bytes)).toBe(text)
    expect(Buffer.compare(bytes, (await encodeFile(results[kind], { format }, text)).bytes)).toBe(0)
    for (const cut of [0, 1, 13, 40, bytes.length >> 1]) await fileText(bytes.subarray(0, cut)) // Damaged files hold none, or what is still whole.
  }
})

// WebP keeps colours at half the resolution.
test.each([['png', undefined, 0], ['webp', 100, 0], ['avif', 100, 0], ['webp', 90, 20], ['jpeg', 90, 12], ['avif', 75, 12]] as const)('a picture as %s of quality %s is within %i levels', async (format, quality, levels) => {
  const { bytes } = await encodeFile(results.picture, { format, ...(quality && { quality }) }, 'text')
  const { data, ...size } = await decodePicture(bytes)
  expect(size).toMatchObject({ width, height, channels: 3 })
  expect(Math.max(...data.map((v, i) => Math.abs(v - results.picture.picture.data[i]!)))).toBeLessThanOrEqual(levels)
  // Quality says something: less of it is a smaller file.
  if (levels) expect((await encodeFile(results.picture, { format, quality: 10 }, 'text')).bytes.length).toBeLessThan(bytes.length)
})

test.each(['webp', 'gif'] as const)('an animated %s has its frames, their time, and no end', async format => {
  const { bytes } = await encodeFile(results.video, { format }, texts.short)
  expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ pages: 3, pageHeight: height, width, loop: 0, delay: format === 'gif' ? [120, 120, 120] : [125, 125, 125] })
})

test('frames in a ZIP file are those that went in', async () => {
  const { bytes } = await encodeFile(results.video, { format: 'zip' }, texts.short)
  const file = Buffer.from(bytes)
  const starts = [...file.toString('latin1').matchAll(/\x89PNG/g)].map(m => m.index)
  expect(starts).toHaveLength(3)
  expect([...(await decodePicture(file.subarray(starts[1]))).data]).toEqual([...results.video.frames[1]!.data])
})

test('a grey picture can be kept as anything', async () => {
  const grey: Result = { kind: 'picture', picture: { width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(200) } }
  for (const format of formatsOf('picture')) expect(Math.abs((await decodePicture((await encodeFile(grey, { format }, 'x')).bytes)).data[0]! - 200)).toBeLessThan(4)
})

test('what a format cannot keep is refused', async () => {
  await expect(encodeFile(results.sound, { format: 'png' }, '')).rejects.toThrow('A sound cannot be kept as png.')
})
