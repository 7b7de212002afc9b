import fc from 'fast-check'
import { OptionError, choice, flag, image, integer, number, numbers, optionProblems, parseOptions, text, type Options } from './index.js'

const spec = {
  eta: number('Share.', { default: 0.5, min: 0, max: 1 }),
  limit: number('Bound.', { default: null, min: 0 }),
  order: integer('Order.', { default: 2, min: 1, max: 4 }),
  on: flag('Switch.', { default: false }),
  mode: choice('Mode.', ['fast', 'exact'], { default: 'fast' }),
  word: text('Word.', { default: '', maxLength: 5 }),
  list: numbers('List.', { default: [], min: 0, maxLength: 3 }),
}
const defaults = { eta: 0.5, limit: null, order: 2, on: false, mode: 'fast', word: '', list: [] }

test('defaults fill what is left out, null included', () => {
  expect(parseOptions('p', spec)).toEqual(defaults)
  expect(parseOptions('p', spec, { eta: null, list: undefined, order: 3 })).toEqual({ ...defaults, order: 3 })
})

test('an error names the plugin, the option, what is allowed and what was given', () => {
  const message = (given: Record<string, unknown>) => {
    try { parseOptions('ddim', spec, given) } catch (error) {
      expect(error).toBeInstanceOf(OptionError)
      return [(error as OptionError).option, (error as OptionError).message]
    }
    return []
  }
  expect(message({ eta: NaN })).toEqual(['eta', 'ddim.eta must be a number from 0 to 1, got NaN.'])
  expect(message({ limit: Infinity })).toEqual(['limit', 'ddim.limit must be a number of at least 0, got Infinity.'])
  expect(message({ order: 2.5 })).toEqual(['order', 'ddim.order must be a whole number from 1 to 4, got 2.5.'])
  expect(message({ mode: 'slow' })).toEqual(['mode', 'ddim.mode must be one of "fast", "exact", got "slow".'])
  expect(message({ on: 'yes' })).toEqual(['on', 'ddim.on must be true or false, got "yes".'])
  expect(message({ word: 'a'.repeat(500) })[1]).toHaveLength('ddim.word must be a text of at most 5 characters, got '.length + 80 + 1)
  expect(message({ list: [1, NaN] })).toEqual(['list', 'ddim.list must be a list of at most 3 finite numbers of at least 0, got [1, NaN].'])
  expect(message({ et: 1 })[1]).toMatch(/^ddim has no option "et". It takes "eta", "limit"/)
  expect(message({ constructor: 1 })[0]).toBe('constructor')
})

test('an option without a default is required; a picture is an id in an order and a tensor in a run', () => {
  const picture = { picture: image('The picture.') }
  expect(() => parseOptions('p', picture)).toThrow('p.picture is required: The picture. Give a picture.')
  expect(() => parseOptions('p', picture, { picture: 'upload-1' })).toThrow('must be a picture')
  expect(parseOptions('p', picture, { picture: 'upload-1' }, 'ids')).toEqual({ picture: 'upload-1' })
  const tensor = { shape: [1], data: new Float32Array(1) }
  expect(parseOptions('p', picture, { picture: tensor }).picture).toBe(tensor)
})

const anything = fc.oneof(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), fc.double(), fc.integer(), fc.string(), fc.array(fc.double()))

test('whatever is given: values within what is declared, or an error that names the option', () => {
  fc.assert(fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(spec)), fc.string()), anything), given => {
    let values
    try { values = parseOptions('p', spec, given) } catch (error) {
      expect(error).toBeInstanceOf(OptionError)
      expect(Object.keys(given)).toContain((error as OptionError).option)
      return
    }
    expect(Object.keys(values)).toEqual(Object.keys(spec))
    expect(values.eta >= 0 && values.eta <= 1).toBe(true)
    expect(Number.isInteger(values.order) && values.order >= 1 && values.order <= 4).toBe(true)
    expect(['fast', 'exact']).toContain(values.mode)
    expect(typeof values.on).toBe('boolean')
    expect(values.word.length).toBeLessThanOrEqual(5)
    expect(values.list.length <= 3 && values.list.every(v => Number.isFinite(v) && v >= 0)).toBe(true)
    expect(parseOptions('p', spec, values as never)).toEqual(values)
  }), { numRuns: 500 })
})

test('declarations that contradict themselves are found', () => {
  expect(optionProblems(spec)).toEqual([])
  const wrong: Options = {
    Bad_name: number('x', { default: 1 }), outside: number('x', { default: 5, max: 1 }), crossed: integer('x', { default: 1, min: 2, max: 1 }),
    silent: flag(' ', { default: true }), twice: choice('x', ['a', 'a'], { default: 'a' }), strange: { kind: 'colour', about: 'x' } as never,
  }
  expect(optionProblems(wrong).map(p => p.match(/"(\w+)"/)![1])).toEqual(['Bad_name', 'outside', 'crossed', 'crossed', 'silent', 'twice', 'strange'])
})
