import type { Interval } from '../level.js'
import type { Sampler } from '../sampler.js'
import { distribution, findsThePoint, order } from './accuracy.js'
import * as contract from './contract.js'
import { collect, type TestResult } from './result.js'

export interface SamplerTest {
  /** Options for every run; those without a default are filled in where they are left out. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Steps to walk, for samplers whose schedule belongs to them. */
  readonly intervals?: readonly Interval[]
}

/**
 * Tests a sampler on models that are known exactly: that it declares itself soundly, keeps to the contract (one yield a step, the
 * same bits from the same seed, no state outside of the run, replay from any call, pictures of a batch independent, inputs
 * untouched), and that it has the order, or samples the distribution, that it declares. Takes a second or two; needs no test runner.
 */
export function testSampler(sampler: Sampler, { options = {}, intervals }: SamplerTest = {}): Promise<TestResult> {
  const scene = { options, ...(intervals && { intervals }) }
  const presets = Object.entries(sampler.presets ?? {}).map(([name, preset]) =>
    [`preset ${name}`, () => accurate(sampler, preset.order ?? sampler.order, { ...preset.options, ...options })] as const)
  return collect(sampler.name, {
    declaration: () => contract.declaration(sampler),
    'one yield a step': () => contract.yieldsSteps(sampler, scene),
    'same seed, same bits': () => contract.sameSeedSameBits(sampler, scene),
    'two runs in turn': () => contract.interleaved(sampler, scene),
    replay: () => contract.replays(sampler, scene),
    'batch of two': () => contract.batches(sampler, scene),
    'input untouched': () => contract.leavesInput(sampler, scene),
    'no Math.random': () => contract.noMathRandom(sampler, scene),
    cancel: () => contract.stops(sampler, scene),
    midway: () => contract.entersMidway(sampler, scene),
    [sampler.order === 'sde' ? 'distribution' : 'order']: () => accurate(sampler, sampler.order, options),
    ...Object.fromEntries(presets),
  })
}

function accurate(sampler: Sampler, declared: Sampler['order'], options: Readonly<Record<string, unknown>>): Promise<string> | string {
  if (sampler.ownSchedule) return `not asked for: ${sampler.ownSchedule}`
  if (sampler.distilled) return findsThePoint(sampler, options)
  return declared === 'sde' ? distribution(sampler, options) : order(sampler, declared, options)
}
