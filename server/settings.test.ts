import { settingsFrom } from './settings.js'

test('bytes, origins and limits are read as they are written', () => {
  const { modelMemory, origins, limits, hub } = settingsFrom({ NOISEGRAPH_MODEL_MEMORY: '1.5G', NOISEGRAPH_ORIGINS: 'https://a.example, http://b.example:8080/', NOISEGRAPH_LIMITS: 'uploadBytes=100M, queryDepth=20', HF_ENDPOINT: 'https://mirror.example/' })
  expect(modelMemory).toBe(1.5 * 2 ** 30)
  expect(origins).toEqual(['https://a.example', 'http://b.example:8080'])
  expect(limits).toMatchObject({ uploadBytes: 100 * 2 ** 20, queryDepth: 20, queryCost: 5000 })
  expect(hub).toEqual({ endpoint: 'https://mirror.example', token: undefined })
  expect(settingsFrom({ NOISEGRAPH_MODEL_MEMORY: '800MiB', NOISEGRAPH_ORIGINS: '*' })).toMatchObject({ modelMemory: 800 * 2 ** 20, origins: ['*'] })
  expect(settingsFrom({}).modelMemory).toBeGreaterThan(2 ** 27)
})

test('a bucket needs an address and access', () => {
  const env = { NOISEGRAPH_S3: 'https://s3.example/pictures', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', NOISEGRAPH_S3_LINKS: '600' }
  expect(settingsFrom(env).s3).toEqual({ address: 'https://s3.example/pictures', accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1', sessionToken: undefined, linkSeconds: 600 })
  expect(settingsFrom({}).s3).toBeUndefined()
  expect(() => settingsFrom({ ...env, AWS_SECRET_ACCESS_KEY: '' })).toThrow(/needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/)
  expect(() => settingsFrom({ ...env, NOISEGRAPH_S3: 'pictures' })).toThrow(/must be the URL of a bucket/)
})

test.each([
  ['NOISEGRAPH_MODEL_MEMORY', 'much', /12G or 800M, got "much"/], ['NOISEGRAPH_ORIGINS', 'a.example', /https:\/\/studio.example, or be \*, got "a.example"/],
  ['NOISEGRAPH_LIMITS', 'depth=3', /queryDepth.*got "depth=3"/], ['NOISEGRAPH_LIMITS', 'queryDepth=deep', /queryDepth must be a number/], ['HF_ENDPOINT', 'mirror', /must be a URL/],
  ['NOISEGRAPH_PORT', '70000', /0 to 65535/], ['NOISEGRAPH_DEVICE', 'tpu', /auto, cuda, cpu or wasm/],
])('%s=%s is refused', (name, value, message) => {
  expect(() => settingsFrom({ [name]: value })).toThrow(message)
})
