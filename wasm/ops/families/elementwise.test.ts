import { createEngine, type Build, type Engine, type Tensor } from '../../index.js'
import { encodeModel, type TestNode } from '../../testing/model.js'

/** What kernels for vectors must keep of the functions: sizes from denormal numbers to the largest, signs, infinities and what is not a number. */
const plain = [0, 1e-30, 1e-7, 3e-4, 0.01, 0.3, 0.4999, 0.5, 0.6249, 0.625, 0.7071, 1, 1.4143, 2, 3.3, 7.5, 15.9, 29, 50, 86, 88.5, 88.72, 89, 104, 1000, 8191, 8193, 1e6, 3e38]
const values = Float32Array.from([...plain.flatMap(v => [v, -v]), Infinity, -Infinity, NaN])
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x)), softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
/** `relative`: 1.702 x is rounded before its exponential is taken. */
interface Function { readonly f: (x: number) => number; readonly attributes?: TestNode['attributes']; readonly domain?: string; readonly absolute?: number; readonly relative?: number }
const functions: Readonly<Record<string, Function>> = {
  Abs: { f: Math.abs }, Neg: { f: x => -x }, Sqrt: { f: Math.sqrt }, Exp: { f: Math.exp }, Log: { f: Math.log }, Sin: { f: Math.sin, absolute: 2e-7 }, Cos: { f: Math.cos, absolute: 2e-7 }, Tanh: { f: Math.tanh }, Sigmoid: { f: sigmoid },
  Relu: { f: x => x < 0 ? 0 : x }, LeakyRelu: { f: x => x < 0 ? Math.fround(0.01) * x : x }, Reciprocal: { f: x => 1 / x }, Floor: { f: Math.floor }, Ceil: { f: Math.ceil }, Softplus: { f: softplus }, Softsign: { f: x => x / (1 + Math.abs(x)) },
  HardSwish: { f: x => x * Math.max(0, Math.min(1, x / 6 + 0.5)) }, Sign: { f: Math.sign }, Elu: { f: x => x < 0 ? Math.expm1(x) : x }, Selu: { f: x => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x) }, Celu: { f: x => x < 0 ? Math.expm1(x) : x },
  Mish: { f: x => x * Math.tanh(softplus(x)), absolute: 1e-34 }, ThresholdedRelu: { f: x => x > 1 ? x : 0 }, Shrink: { f: x => x < -0.5 ? x : x > 0.5 ? x : 0 }, Sinh: { f: Math.sinh }, Cosh: { f: Math.cosh },
  QuickGelu: { f: x => x * sigmoid(1.702 * x), domain: 'com.microsoft', absolute: 1e-34, relative: 4e-6 },
}

describe.each<[Build]>([['fast'], ['strict']])('the %s build', build => {
  let engine: Engine
  beforeAll(async () => { engine = await createEngine({ threads: 1, build }) })
  afterAll(() => engine.close())

  test.each(Object.keys(functions))('%s is right for every size of argument', async name => {
    const { f, attributes = {}, domain = '', absolute = 1e-37, relative = 1e-6 } = functions[name]!
    const session = await engine.load(encodeModel({ nodes: [{ op: name, domain, inputs: ['x'], outputs: ['y'], attributes }], inputs: { x: 'float32' }, outputs: { y: 'float32' }, opset: 20 }))
    const { y } = await session.run({ x: { type: 'float32', shape: [values.length], data: values } })
    const wrong = Array.from(values, (x, i) => ({ x, want: Math.fround(f(x)), got: (y as Tensor).data[i] as number })).filter(({ want, got }) => !Object.is(got, want) && !(Math.abs(got - want) <= absolute + relative * Math.abs(want)))
    expect(wrong).toEqual([])
    await session.close()
  })
})
