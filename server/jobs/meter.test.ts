import { createMeter, finite } from './meter.js'

const progress = (index: number, total: number | null) => ({ type: 'step' as const, index, total, networkCalls: index + 1, timestep: 1, sigma: Infinity, preview: async () => new Uint8Array() })

test('steps are timed; replayed ones tell nothing about those to come', () => {
  let now = 0
  const meter = createMeter(() => now)
  const after = (milliseconds: number, index: number, total: number | null, replayed = false) => {
    now += milliseconds
    return meter.step(progress(index, total), replayed)
  }
  expect(after(1, 0, 4, true)).toMatchObject({ milliseconds: 1, percent: 25, etaMilliseconds: null })
  expect(after(100, 1, 4)).toMatchObject({ milliseconds: 100, percent: 50, etaMilliseconds: 200 })
  expect(after(200, 2, 4)).toMatchObject({ percent: 75, etaMilliseconds: 130 })
  expect(after(100, 3, 4)).toMatchObject({ percent: 100, etaMilliseconds: 0 })
  expect(after(100, 4, null)).toMatchObject({ percent: null, etaMilliseconds: null })
})

test('the ends of a schedule stay numbers in JSON', () => {
  expect([finite(Infinity), finite(-Infinity), finite(NaN), finite(0), finite(1.5)]).toEqual([Number.MAX_VALUE, -Number.MAX_VALUE, 0, 0, 1.5])
})
