import { philox, PhiloxGenerator } from '../../noise/philox.js'
import { TorchGenerator, type Precision } from '../../noise/torch.js'
import { measured, skipped, worst, type CaseResult } from '../report.js'
import type { Recorded } from './case.js'

interface Op {
  readonly op: string
  readonly shape?: readonly number[]
  readonly dtype?: Precision
  readonly low?: number
  readonly high?: number
  readonly n?: number
  readonly values: readonly number[]
}
const size = (shape: readonly number[] = []) => shape.reduce((a, b) => a * b, 1)

/** Integers, permutations and uniform numbers are exact; normals have the stated tolerances. */
function opError(generator: TorchGenerator, op: Op): { readonly error: number; readonly tolerance: number } {
  const n = size(op.shape)
  const precision = op.dtype ?? 'float32'
  switch (op.op) {
    case 'randint': return { error: worst(generator.randint(op.low ?? 0, op.high!, n), op.values), tolerance: 0 }
    case 'randperm': return { error: worst(generator.randperm(op.n!), op.values), tolerance: 0 }
    case 'rand': return { error: worst(generator.rand(n, precision), op.values), tolerance: 0 }
    case 'randn': return precision === 'float64'
      ? { error: worst(generator.randn(n, precision), op.values, v => 1 + Math.abs(v)), tolerance: 1e-15 }
      : { error: worst(generator.randn(n, precision), op.values), tolerance: 2.5e-6 }
    default: throw new RangeError(`"${op.op}" is not one of randint, randperm, rand, randn.`)
  }
}

export function torchCase(c: Recorded): CaseResult {
  const { kind, id } = c
  if (kind === 'raw') {
    const { seed, first, at_620_to_659: later } = c as unknown as { seed: string; first: number[]; at_620_to_659: number[] }
    const generator = new TorchGenerator(BigInt(seed))
    const words = Array.from({ length: 660 }, () => generator.next())
    return measured(id, Math.max(worst(words.slice(0, first.length), first), worst(words.slice(620, 620 + later.length), later)), 0, 'a word')
  }
  if (kind === 'sequence') {
    const { seed, ops } = c as unknown as { seed: string; ops: readonly Op[] }
    const generator = new TorchGenerator(BigInt(seed))
    const results = ops.map(op => opError(generator, op))
    const bad = results.find(({ error, tolerance }) => !(error <= tolerance)) ?? results.reduce((a, b) => (b.error > a.error ? b : a))
    return measured(id, bad.error, bad.tolerance, 'a draw')
  }
  if (kind === 'batch') {
    const { seeds, shape, dtype, first, second } = c as unknown as { seeds: string[]; shape: number[]; dtype: Precision; first: number[]; second: number[] }
    const generators = seeds.map(seed => new TorchGenerator(BigInt(seed)))
    const draw = () => generators.flatMap(g => [...g.randn(size(shape) / seeds.length, dtype)])
    return measured(id, Math.max(worst(draw(), first), worst(draw(), second)), dtype === 'float64' ? 2e-15 : 2.5e-6, 'a draw')
  }
  return skipped(id, `cases of the kind "${kind}" are not known`)
}

export function philoxCase(c: Recorded): CaseResult {
  const { kind, id } = c
  if (kind === 'block') {
    const { counter, key, output } = c as unknown as { counter: [number, number, number, number]; key: [number, number]; output: number[] }
    return measured(id, worst(philox(...counter, ...key), output), 0, 'a word')
  }
  if (kind === 'randn') {
    const { seed, shape, calls } = c as unknown as { seed: string; shape: number[]; calls: number[][] }
    const generator = new PhiloxGenerator(BigInt(seed))
    return measured(id, Math.max(...calls.map(values => worst(generator.randn(size(shape)).slice(0, values.length), values))), 1e-6, 'a draw')
  }
  return skipped(id, `cases of the kind "${kind}" are not known`)
}
