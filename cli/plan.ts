import { createEngine, describeEstimate, estimate, type Port, type Precision, type Tensor } from '../wasm/index.js'
import { UsageError } from './errors.js'

/** Sizes for axes that a network leaves open, by what exporters call them. The first axis is the batch, whatever it is called. */
const usual: readonly (readonly [name: RegExp, size: number])[] = [[/height|width|^[hw]$/i, 16], [/seq|len|^[sl]$/i, 32]]

/** The engine's plan of one network, for inputs of the shapes given or, where an axis is open, of usual ones. */
export async function planOf(file: string, given: Readonly<Record<string, readonly number[]>> = {}, precision: Precision = 'stored'): Promise<string> {
  const engine = await createEngine({ threads: 1 })
  try {
    const session = await engine.load(file, { precision })
    const fitting = session.inputs.filter(port => given[port.name] && fits(port.shape, given[port.name]!))
    const said = new Map(fitting.flatMap(({ name, shape }) => (shape ?? []).map((axis, i) => [axis, given[name]![i]] as const)))
    const feeds = session.inputs.map(port => [port.name, zeros(port, fitting.includes(port) ? given[port.name]! : guess(port, said))] as const)
    const heading = feeds.map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', ')
    const told = await estimate(file, Object.fromEntries(feeds.map(([name, { shape }]) => [name, shape])), { threads: 1, precision })
    return `for ${heading}\nmemory: ${describeEstimate(told)}\n${await session.describePlan(Object.fromEntries(feeds))}`
  } finally {
    await engine.close()
  }
}

/** Whether an input of a declared shape takes this one. Networks of one model may have inputs of one name: the U-Net's `sample` and the autoencoder's. */
export const fits = (declared: readonly (number | string)[] | undefined, shape: readonly number[]): boolean =>
  !declared || (declared.length === shape.length && declared.every((axis, i) => typeof axis === 'string' || axis === shape[i]))

/** @param said sizes of axes by their names, as the shapes given have them */
function guess({ name, shape }: Port, said: ReadonlyMap<number | string, number | undefined>): number[] {
  return (shape ?? []).map((axis, i) => {
    if (typeof axis === 'number') return axis
    const size = said.get(axis) ?? (i === 0 ? 1 : undefined) ?? usual.find(([known]) => known.test(axis))?.[1]
    if (size === undefined) throw new UsageError(`The input "${name}" is [${shape!.join(', ')}], and the axis "${axis || '?'}" can have any size: say --shape ${name}=${shape!.map(a => (typeof a === 'number' ? a : 1)).join('x')} or the like.`)
    return size
  })
}

function zeros({ type }: Port, shape: readonly number[]): Tensor {
  const n = shape.reduce((a, b) => a * b, 1)
  switch (type) {
    case 'int64': return { type, shape, data: new BigInt64Array(n) }
    case 'uint64': return { type, shape, data: new BigUint64Array(n) }
    case 'int32': return { type, shape, data: new Int32Array(n) }
    case 'float64': return { type, shape, data: new Float64Array(n) }
    case 'float16': return { type, shape, data: new Uint16Array(n) }
    case 'bool': return { type, shape, data: new Uint8Array(n) }
    case 'float32': return { type, shape, data: new Float32Array(n) }
    default: throw new UsageError(`Networks with inputs of type ${type} cannot be planned here; the types are float32, float16, float64, int32, int64, uint64 and bool.`)
  }
}
