import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { decodePicture, encodePng, readPictureHeader } from './pictures.js'
import { textOf, withText } from './formats/png-text.js'
import { folderStore } from './store.js'
import { folderUploads, maxUploadBytes } from './uploads.js'

const folder = mkdtempSync(join(tmpdir(), 'noisegraph-artifacts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const raster = { width: 5, height: 3, channels: 3, data: Uint8Array.from({ length: 45 }, (_, i) => i * 5) } as const
async function* chunks(...parts: readonly Uint8Array[]) { yield* parts }

const chunk = (type: string, data: Uint8Array) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
/** A grey PNG of that size whose rows are all zero: a few bytes for any number of pixels. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))])
}

test('a picture survives the way to PNG and back, with a text inside', async () => {
  const png = await encodePng(raster)
  const marked = withText(png, 'noisegraph', '{"prompt":"ein roter Apfel, 赤いりんご"}')
  expect(await decodePicture(marked)).toEqual({ ...raster, data: expect.anything() as unknown })
  expect([...(await decodePicture(marked)).data]).toEqual([...raster.data])
  expect(textOf(marked, 'noisegraph')).toBe('{"prompt":"ein roter Apfel, 赤いりんご"}')
  expect([textOf(png, 'noisegraph'), textOf(marked, 'other'), textOf(Buffer.from('no picture'), 'noisegraph')]).toEqual([undefined, undefined, undefined])
})

test('transparent pictures lie on white; grey ones get three channels', async () => {
  const sharp = (await import('sharp')).default
  const clear = await sharp({ create: { width: 2, height: 1, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } }).png().toBuffer()
  expect([...(await decodePicture(clear)).data]).toEqual([255, 255, 255, 255, 255, 255])
  const grey = await encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(10, 200) })
  expect([...(await decodePicture(grey)).data]).toEqual([10, 10, 10, 200, 200, 200])
})

test('a picture that lies on its side is read and decoded upright', async () => {
  const sharp = (await import('sharp')).default
  const jpeg = await sharp({ create: { width: 6, height: 4, channels: 3, background: '#804020' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(await readPictureHeader(jpeg)).toEqual({ width: 4, height: 6, mimeType: 'image/jpeg', frames: 1 })
  expect(await decodePicture(jpeg)).toMatchObject({ width: 4, height: 6 })
})

test('a decompression bomb is refused from its header', async () => {
  await expect(readPictureHeader(bomb(50_000, 50_000))).rejects.toMatchObject({ code: 'INVALID_IMAGE', message: expect.stringMatching(/50000 x 50000/) as string })
  await expect(decodePicture(bomb(50_000, 50_000))).rejects.toMatchObject({ code: 'INVALID_IMAGE' })
})

test('uploads are kept once, under the digest of their bytes', async () => {
  const uploads = folderUploads(join(folder, 'uploads'), id => `/uploads/${id}`)
  const png = await encodePng(raster)
  const first = await uploads.put(chunks(png.subarray(0, 20), png.subarray(20)))
  expect(first).toMatchObject({ width: 5, height: 3, mimeType: 'image/png', bytes: png.length, url: `/uploads/${first.id}` })
  expect(await uploads.put(chunks(png))).toEqual(first)
  expect(readdirSync(join(folder, 'uploads'))).toEqual([first.id])
  expect(await uploads.get(first.id)).toEqual(first)
  expect(Buffer.compare(Buffer.from(await uploads.read(first.id)), png)).toBe(0)
  expect(await uploads.get('../../etc/passwd')).toBeUndefined()
  await expect(uploads.read('0'.repeat(64))).rejects.toMatchObject({ code: 'UNKNOWN_UPLOAD' })
})

test.each([
  ['text', async () => Buffer.from('not a picture')], ['nothing', async () => Buffer.alloc(0)],
  ['half a picture', async () => (await encodePng({ ...raster, width: 15, height: 1 })).subarray(0, 60)], ['a bomb', async () => bomb(60_000, 60_000)],
  ['an SVG that would read files', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"><image href="/etc/passwd"/></svg>')],
] as const)('an upload of %s is refused and leaves nothing behind', async (_, bytes) => {
  const uploads = folderUploads(join(folder, 'refused'), id => id)
  await expect(uploads.put(chunks(await bytes()))).rejects.toMatchObject({ code: 'INVALID_IMAGE' })
})

test('an upload that never ends is cut off', async () => {
  const uploads = folderUploads(join(folder, 'refused'), id => id)
  async function* endless() { for (;;) yield new Uint8Array(2 ** 22) }
  await expect(uploads.put(endless())).rejects.toMatchObject({ message: expect.stringMatching(`larger than ${maxUploadBytes / 2 ** 20} MiB`) as string })
})

test('the store keeps one file for each index, and forgets what is removed', async () => {
  const store = folderStore(join(folder, 'files'), id => `/artifacts/${id}`)
  const file = { bytes: Uint8Array.of(1, 2, 3), mimeType: 'image/png', width: 5, height: 3, index: 0, seed: '7' }
  await store.put('g-1', { ...file, bytes: Uint8Array.of(9) })
  const kept = await store.put('g-1', file)
  expect(kept).toEqual({ id: 'g-1-0.png', url: '/artifacts/g-1-0.png', mimeType: 'image/png', width: 5, height: 3, bytes: 3, index: 0, seed: '7' })
  expect(await store.open(kept.id)).toMatchObject({ mimeType: 'image/png' })
  expect([...(await store.open(kept.id))!.bytes]).toEqual([1, 2, 3])
  await store.remove([kept.id, 'g-1-5.png', '../../x'])
  expect([await store.open(kept.id), await store.open('../files/g-1-0.png')]).toEqual([undefined, undefined])
})
