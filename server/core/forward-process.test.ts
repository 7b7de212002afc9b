import type { Tensor } from '../../plugins/sdk/index.js'
import { noised, noisedFurther, trainedLevels, velocity } from './forward-process.js'

const linear = { _class_name: 'DDPMScheduler' }
const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler' }
const tensor = (value: number, n = 8): Tensor => ({ shape: [1, n], data: new Float32Array(n).fill(value) })

test('levels are those of training', () => {
  const { count, at } = trainedLevels(linear)
  expect(count).toBe(1000)
  expect(at(0).sigma ** 2).toBeCloseTo(1e-4, 6)
  expect(at(-1)).toMatchObject({ alpha: 1, sigma: 0 })
  for (const t of [0, 500, 999]) expect(Math.hypot(at(t).alpha, at(t).sigma)).toBeCloseTo(1, 6)
  expect(trainedLevels(flow).at(499)).toMatchObject({ sigma: 0.5, alpha: 0.5 })
  expect(() => at(1000)).toThrow('from 0 to 999')
  expect(() => at(1.5)).toThrow('whole number')
})

test('zero terminal SNR ends in pure noise', () => {
  expect(trainedLevels({ ...linear, rescale_betas_zero_snr: true }).at(999)).toMatchObject({ alpha: 0, sigma: 1 })
})

test.each([['variance preserving', linear], ['flow', flow]])('%s: single steps have the mean and variance of the closed form', (_, scheduler) => {
  const { at } = trainedLevels(scheduler)
  const [zero, one] = [tensor(0), tensor(1)]
  let [mean, variance] = [1, 0]
  for (let t = 0; t <= 600; t++) {
    const [from, to] = [at(t - 1), at(t)]
    mean *= noisedFurther(one, from, to, zero).data[0]!
    variance = variance * noisedFurther(one, from, to, zero).data[0]! ** 2 + noisedFurther(zero, from, to, one).data[0]! ** 2
  }
  expect(mean).toBeCloseTo(noised(one, at(600), zero).data[0]!, 4)
  expect(Math.sqrt(variance)).toBeCloseTo(noised(zero, at(600), one).data[0]!, 4)
})

test('velocity is the slope of the circle that x runs on', () => {
  const at = trainedLevels(linear).at(300)
  expect(velocity(tensor(2), at, tensor(3)).data[0]).toBeCloseTo(at.alpha * 3 - at.sigma * 2, 5)
})
