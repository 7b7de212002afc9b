/** Pictures in and out. */
import sharp from 'sharp'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { picture, testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }, { limits: { uploadBytes: 100_000, uploadPixels: 1_000_000 } }) })
afterAll(() => server.close())

test('an upload by body and by form, and back', async () => {
  const bytes = await picture(48, 32)
  const answer = await server.upload(bytes)
  expect(answer.status).toBe(201)
  const { id, width, height } = await answer.json() as { id: string; width: number; height: number }
  expect([width, height]).toEqual([48, 32])
  const form = new FormData()
  form.append('file', new Blob([bytes]), 'a.png')
  expect(await (await fetch(`${server.url}/uploads`, { method: 'POST', body: form })).json()).toMatchObject({ id })
  const back = await fetch(`${server.url}/uploads/${id}`)
  expect(back.headers.get('content-type')).toBe('image/png')
  expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true)
  expect((await fetch(`${server.url}/uploads/none`)).status).toBe(404)
  expect((await fetch(`${server.url}/uploads/%E0%A4%A`)).status).toBe(400)
})
test('what is no picture, is cut short, is too large, or unpacks to too much', async () => {
  const refused = async (bytes: Buffer | string) => { const answer = await server.upload(bytes); return { status: answer.status, ...(await answer.json() as { error: object }).error } }
  expect(await refused('<svg xmlns="http://www.w3.org/2000/svg"/>')).toMatchObject({ status: 422, code: 'INVALID_IMAGE', message: expect.stringContaining('not a picture') })
  expect(await refused(Buffer.from('89504e470d0a1a0a00', 'hex'))).toMatchObject({ status: 422, code: 'INVALID_IMAGE' })
  expect(await refused('')).toMatchObject({ status: 422 })
  expect(await refused(Buffer.alloc(100_001))).toMatchObject({ status: 413, message: expect.stringContaining('100000') })
  const bomb = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#000' } }).png({ compressionLevel: 9 }).toBuffer()
  expect(bomb.length).toBeLessThan(100_000 * 2)
  const header = bomb.subarray(0, 90_000)
  expect(await refused(header)).toMatchObject({ status: 422, code: 'INVALID_IMAGE', message: expect.stringContaining('6000 x 6000') })
  const form = new FormData()
  form.append('file', new Blob([Buffer.alloc(200_000)]), 'a.png')
  expect((await fetch(`${server.url}/uploads`, { method: 'POST', body: form })).status).toBe(413)
})
test('pictures are cached for good and saved under a name', async () => {
  const id = await server.start()
  await server.services.run(id)
  const { data } = await server.ask('query($id: ID!) { generation(id: $id) { artifacts { url downloadUrl bytes seed } } node(id: $id) { id __typename } }', { id })
  expect(data.node).toEqual({ id, __typename: 'Generation' })
  const [artifact] = data.generation.artifacts
  const answer = await fetch(server.url + artifact.url)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect((await answer.arrayBuffer()).byteLength).toBe(artifact.bytes)
  expect((await fetch(server.url + artifact.url, { headers: { 'if-none-match': answer.headers.get('etag')! } })).status).toBe(304)
  expect((await fetch(server.url + artifact.downloadUrl)).headers.get('content-disposition')).toBe(`attachment; filename="noisegraph-${id}-0.png"`)
  expect((await fetch(`${server.url}/artifacts/none`)).status).toBe(404)
})
