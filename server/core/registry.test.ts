import { flag, sampler } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import { findSampler, nearest, withPresets } from './registry.js'

const plain = sampler({ name: 'euler', aliases: ['k_euler'], summary: 's', cites: 'c', order: 1, options: {}, async *sample({ x }) { return x } })
const solver = sampler({
  name: 'dpm-multistep', summary: 's', cites: 'c', order: 2, options: { stochastic: flag('SDE.', { default: false }) },
  presets: {
    'dpmpp-2m': { summary: 'two', aliases: ['DPM++ 2M'], options: {} },
    'dpmpp-2m-sde': { summary: 'two, SDE', order: 'sde', options: { stochastic: true } },
  },
  async *sample({ x }) { return x },
})
const all = [plain, solver]

test.each([['euler', 'euler'], ['K-Euler', 'euler'], ['dpmpp_2m', 'dpmpp-2m'], ['DPM++ 2M', 'dpmpp-2m'], ['dpmpp 2m sde', 'dpmpp-2m-sde']])('%s is found', (asked, name) => {
  expect(findSampler(all, asked).name).toBe(name)
})

test('a preset brings its plugin and its options', () => {
  expect(findSampler(all, 'dpmpp-2m-sde')).toEqual({ name: 'dpmpp-2m-sde', sampler: solver, options: { stochastic: true } })
})

test('as plugins of their own, presets have their defaults', () => {
  const [own, , sde] = withPresets(solver)
  expect(own!.options.stochastic!.default).toBe(false)
  expect(sde).toMatchObject({ name: 'dpmpp-2m-sde', order: 'sde', summary: 'two, SDE', options: { stochastic: { default: true } } })
  expect(sde!.presets).toBeUndefined()
})

test('an unknown name is answered with what comes near', () => {
  const failure = () => findSampler(all, 'eulr')
  expect(failure).toThrow(NoisegraphError)
  expect(failure).toThrow('No sampler is called "eulr". Did you mean "euler"')
  expect(() => findSampler(all, 'zzzzzzzzz')).toThrow('There are: dpm-multistep, dpmpp-2m, dpmpp-2m-sde, euler.')
  expect(nearest(['ddim', 'ddpm'], '')).toEqual([])
})
