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

test.each([
  ['NOISEGRAPH_MODEL_MEMORY', 'much', /12G or 800M, got "much"/], ['NOISEGRAPH_ORIGINS', 'a.example', /https:\/\/studio.example, or be \*, got "a.example"/],
  ['NOISEGRAPH_LIMITS', 'depth=3', /queryDepth.*got "depth=3"/], ['NOISEGRAPH_LIMITS', 'queryDepth=deep', /queryDepth must be a number/], ['HF_ENDPOINT', 'mirror', /must be a URL/],
  ['NOISEGRAPH_PORT', '70000', /0 to 65535/], ['NOISEGRAPH_DEVICE', 'tpu', /auto, cuda, cpu or wasm/],
])('%s=%s is refused', (name, value, message) => {
  expect(() => settingsFrom({ [name]: value })).toThrow(message)
})
