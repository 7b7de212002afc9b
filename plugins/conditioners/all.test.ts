/** Every file of this folder is a conditioner and keeps the contract. */
import { readdirSync } from 'node:fs'
import { mix, type Conditioner, type Needs, type Services, type Tensor } from '../sdk/index.js'
import { mustPass, testConditioner } from '../sdk/conformance/index.js'

const folder = new URL('./', import.meta.url)
const files = readdirSync(folder).filter(name => name.endsWith('.js') && !name.endsWith('.test.js'))

/** Services that answer something of the right form. */
const zeros = (...shape: number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) })
const stand: Readonly<Record<string, unknown>> = {
  'prompt-encoder': { encode: async () => ({ encoder_hidden_states: zeros(1, 4, 8) }) },
  'control-networks': { count: 1, residuals: async () => ({}) },
  'image-prior': { embed: async () => ({ when: { encoder_hidden_states: zeros(1, 4, 8) } }), enlarge: async (x: Tensor) => x },
  augmentation: { augment: (image: Tensor, noiseLevel: number, noise: Tensor) => mix([1, image], [noiseLevel / 1000, noise]) },
}
const servicesOf = (needs: Needs = {}): Services<Needs> => Object.fromEntries(Object.entries(needs).map(([key, { token }]) => [key, stand[token]]))

test.each(files)('%s', async file => {
  const { default: conditioner } = (await import(new URL(file, folder).href)) as { default: Conditioner }
  expect(`${conditioner.name}.js`).toBe(file)
  mustPass(await testConditioner(conditioner, { services: servicesOf(conditioner.needs) }))
})
