import type { Conditioner, Conditioning, Needs, Services, Site } from '../conditioner.js'
import { optionProblems, parseOptions, type Options } from '../options.js'
import type { Prediction } from '../sampler.js'
import { sizeOf, type Tensor } from '../tensor.js'
import { normals } from './normals.js'
import { exact, required } from './play.js'
import { collect, require, sameBits, withoutMathRandom, type TestResult } from './result.js'
import { evenGrid } from './spaces.js'
import { gaussian } from './toys.js'

export interface ConditionerTest<N extends Needs = Needs> {
  /** Those without a default are made up where they are left out; pictures are tensors [1, 3, height, width] from -1 to 1. */
  readonly options?: Readonly<Record<string, unknown>>
  /** What the conditioner asks for in `needs`. */
  readonly services?: Services<N>
  /** Of the site: say the number of classes, or other channels. */
  readonly site?: Partial<Site>
}

const SHAPE = [1, 3, 8, 8]
const fields: readonly (keyof Conditioning)[] = ['when', 'unless', 'channels', 'also', 'during', 'towards', 'start', 'until', 'guide', 'wrap', 'finish']

/**
 * Tests a conditioner at a made-up site: declaration, known contributions only, the same bits from the same draws, inputs
 * untouched, feeds for one picture, and both ways to a prediction changed alike.
 */
export function testConditioner<O extends Options, N extends Needs>(conditioner: Conditioner<O, N>, { options = {}, services = {} as Services<N>, site = {} }: ConditionerTest<N> = {}): Promise<TestResult> {
  const draw = normals(1)
  const picture: Tensor = { shape: SHAPE, data: normals(3)(SHAPE).data.map(v => Math.max(-1, Math.min(1, v / 2))) }
  const given = { ...required(conditioner.options, picture), ...options }
  const values = () => parseOptions(conditioner.name, conditioner.options, given)
  const at = (): Site => {
    const noise = normals(2)
    return {
      shape: SHAPE, width: 8, height: 8, guidanceScale: 2, guided: true, network: { inputs: ['sample', 'timestep', 'time_ids'], channels: 3, classes: 10 },
      encode: async image => image, encodeMean: async image => image, fit: image => image, noise: (shape = SHAPE) => noise(shape), position: 0.25, noiseOf: seed => normals(seed)(SHAPE), ...site,
    }
  }
  const condition = () => conditioner.condition(at(), values(), services)
  return collect(conditioner.name, {
    declaration() {
      require(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(conditioner.name), () => `the name "${conditioner.name}" must be lower-case words joined by hyphens`)
      require(conditioner.summary.trim() !== '', () => '`summary` must say what it does')
      const problems = optionProblems(conditioner.options)
      require(problems.length === 0, () => problems.join(' '))
      return `${Object.keys(conditioner.options).length} options`
    },
    async contributions() {
      const made = await condition()
      const unknown = Object.keys(made).filter(key => !fields.includes(key as keyof Conditioning))
      require(unknown.length === 0, () => `it contributes ${unknown.join(', ')}, which nothing reads`)
      for (const [name, feed] of Object.entries({ ...made.when, ...made.unless })) {
        require(feed.shape[0] === 1, () => `the feed ${name} is for ${feed.shape[0]} pictures; a conditioner sees one`)
        require(sizeOf(feed.shape) === feed.data.length, () => `the feed ${name} holds ${feed.data.length} numbers for the shape [${feed.shape.join(', ')}]`)
      }
      return Object.keys(made).join(', ') || 'nothing'
    },
    async 'same draws, same bits'() {
      const [one, two] = [tensors(await condition()), tensors(await condition())]
      require(one.length === two.length && one.every((t, i) => sameBits(t.data, two[i]!.data)), () => 'asked twice it contributed something else')
      return 'twice the same'
    },
    async 'input untouched'() {
      const before = tensors(given).map(t => Float32Array.from(t.data))
      await condition()
      require(tensors(given).every((t, i) => sameBits(t.data, before[i]!)), () => 'it wrote into a picture that it was given')
      return 'untouched'
    },
    async 'both ways alike'() {
      const { wrap } = await condition()
      if (!wrap) return 'wraps nothing'
      const { levels } = evenGrid('preserving', 4)
      const { denoise, read } = wrap(exact(gaussian(0, 1)))
      // The first call may be special, as it is for starts with noise of their own; both ways are compared on the second.
      await denoise(draw(SHAPE), levels[0]!)
      const x = draw(SHAPE)
      const called = await denoise(x, levels[1]!)
      const again = read(called.output, x, levels[1]!)
      require(sameBits(called.clean.data, again.clean.data), () => '`read` of an output gives another clean estimate than `denoise` gave')
      require(finite(called) && called.clean.data.length === x.data.length, () => 'the prediction is not finite, or not of the size of x')
      return 'denoise and read agree'
    },
    async 'no Math.random'() {
      await withoutMathRandom(condition)
      return 'never'
    },
  })
}

const finite = ({ clean, noise, residual }: Prediction): boolean => [clean, noise, residual].every(({ data }) => data.every(Number.isFinite))

/** Every tensor inside, in the order of its place. */
function tensors(value: unknown): Tensor[] {
  if (typeof value !== 'object' || value === null) return []
  if ('data' in value && value.data instanceof Float32Array) return [value as Tensor]
  return Object.values(value).flatMap(tensors)
}
