/** The kit must catch what it is for: each sampler here breaks one promise. */
import { sampler, conditioner, image, mix, number, type Options, type Sampler, type Tensor } from '../index.js'
import { ConformanceError, mustPass, testConditioner, testSampler } from './index.js'

const euler = sampler({
  name: 'plain-euler', summary: 's', cites: 'c', order: 1, options: {},
  async *sample({ x, intervals, denoise }) {
    for (const { from, to } of intervals) {
      const { clean, residual } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      x = mix([to.alpha, clean], [to.sigma, residual])
    }
    return x
  },
})
const failures = async (broken: Sampler): Promise<string[]> => (await testSampler(broken)).checks.filter(c => !c.passed).map(c => c.name)
const changed = (change: Partial<Sampler>): Sampler => ({ ...euler, ...change })
type Sample = Sampler<Options>['sample']

test('a sound sampler passes', async () => {
  const result = await testSampler(euler)
  expect(() => mustPass(result)).not.toThrow()
  expect(result.checks.find(c => c.name === 'order')!.detail).toMatch(/exploding 1\.0\d/)
})

test('an order that is not there', async () => {
  const result = await testSampler(changed({ order: 2 }))
  expect(() => mustPass(result)).toThrow(ConformanceError)
  expect(() => mustPass(result)).toThrow(/order: declared 2, measured exploding 1\.0/)
})

test('a distribution that is not there', async () => {
  expect(await failures(changed({ order: 'sde' }))).toEqual([])
  const loud: Sample = async function* (run) {
    let x = run.x
    for (const { from, to } of run.intervals) {
      const { clean, residual } = await run.denoise(x, from)
      yield { x, level: from, denoised: clean }
      x = mix([to.alpha, clean], [to.sigma, residual], [0.2, run.noise(from, to)])
    }
    return x
  }
  expect(await failures(changed({ order: 'sde', sample: loud }))).toEqual(['distribution'])
})

test('Math.random', async () => {
  const sample: Sample = async function* (run, o) { return mix([1, yield* euler.sample(run, o as never)], [Math.random() * 1e-9, run.x]) }
  expect(await failures(changed({ sample }))).toContain('no Math.random')
})

test('state outside of the run', async () => {
  let calls = 0
  const sample: Sample = async function* (run, o) { calls++; const x = yield* euler.sample(run, o as never); return mix([1 + calls / 1e3, x]) }
  expect(await failures(changed({ sample }))).toEqual(expect.arrayContaining(['same seed, same bits', 'two runs in turn', 'replay', 'batch of two']))
})

test('a memory shared by runs that overlap', async () => {
  let last: Tensor | undefined
  const sample: Sample = async function* ({ x, intervals, denoise }) {
    last = undefined
    for (const { from, to } of intervals) {
      const { clean, residual } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      x = mix([to.alpha, clean], [to.sigma, residual], [1e-3, last ?? x])
      last = clean
    }
    return x
  }
  expect(await failures(changed({ sample }))).toContain('two runs in turn')
})

test('writing into what was given', async () => {
  const sample: Sample = async function* (run, o) { run.x.data[0]! += 1; return yield* euler.sample(run, o as never) }
  expect(await failures(changed({ sample }))).toContain('input untouched')
})

test('pictures that see each other', async () => {
  const sample: Sample = async function* (run, o) {
    const x = yield* euler.sample(run, o as never)
    const mean = x.data.reduce((a, b) => a + b, 0) / x.data.length
    return mix([1, x], [1e-3 * mean, x])
  }
  expect(await failures(changed({ sample }))).toContain('batch of two')
  expect(await failures(changed({ sample, coupled: 'It takes the mean of all.' }))).not.toContain('batch of two')
})

test('too few yields, and a number of steps that is not kept', async () => {
  const sample: Sample = async function* (run, o) { return yield* euler.sample({ ...run, intervals: run.intervals.slice(1) }, o as never) }
  expect(await failures(changed({ sample }))).toContain('one yield a step')
  expect(await failures(changed({ steps: n => n.length + 1 }))).toEqual(['one yield a step'])
})

test('a declaration that contradicts itself', async () => {
  expect(await failures(changed({ name: 'Bad Name' }))).toEqual(['declaration'])
  const presets = { double: { summary: 's', options: { speed: 2 } as never } }
  expect(await failures(changed({ options: { speed: number('s', { default: 1, max: 1 }) }, presets }))).toEqual(expect.arrayContaining(['declaration', 'preset double']))
})

describe('conditioners', () => {
  const tint = conditioner({
    name: 'tint', summary: 's', options: { picture: image('p') },
    async condition(site, { picture }) { return { when: { hint: await site.encode(picture) } } },
  })
  const failing = async (change: Partial<typeof tint>) => (await testConditioner({ ...tint, ...change })).checks.filter(c => !c.passed).map(c => c.name)

  test('a sound one passes', async () => mustPass(await testConditioner(tint)))
  test('contributions that nothing reads', async () => {
    expect(await failing({ condition: async () => ({ colour: 1 }) as never })).toEqual(['contributions'])
  })
  test('another answer each time, or Math.random', async () => {
    let calls = 0
    expect(await failing({ condition: async site => ({ when: { hint: mix([++calls, site.noise()]) } }) })).toEqual(['same draws, same bits'])
    expect(await failing({ condition: async site => ({ when: { hint: mix([0 * Math.random(), site.noise()]) } }) })).toEqual(['no Math.random'])
  })
  test('one of the two ways left as it was', async () => {
    const wrap = ({ denoise, read }: { denoise: never; read: never }) => ({
      read, denoise: async (...args: never[]) => { const p = await (denoise as (...a: never[]) => Promise<{ clean: Tensor }>)(...args); return { ...p, clean: mix([0.5, p.clean]) } },
    })
    expect(await failing({ condition: async () => ({ wrap: wrap as never }) })).toEqual(['both ways alike'])
  })
})
