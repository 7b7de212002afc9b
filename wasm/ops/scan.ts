import { axisOf } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { op, type Host, type Item } from './op.js'
import { dropAxis, slice, stack } from './families/stack.js'

const none: readonly number[] = []
interface Axes { readonly inputs: readonly number[]; readonly inputDirections: readonly number[]; readonly outputs: readonly number[]; readonly outputDirections: readonly number[] }

async function scan(inputs: readonly Item[], scanned: number, a: Axes, host: Host): Promise<Item[]> {
  const states = inputs.slice(0, inputs.length - scanned), sequences = inputs.slice(inputs.length - scanned) as Tensor[], collected: Tensor[][] = []
  const axis = (k: number): number => axisOf(a.inputs[k] ?? 0, sequences[k]!.shape.length), n = sequences[0]!.shape[axis(0)]!
  let carried: readonly Item[] = states
  for (let i = 0; i < n; i++) {
    const out = await host.run('body', [...carried, ...sequences.map((s, k) => dropAxis(slice(s, axis(k), a.inputDirections[k] ? n - 1 - i : i, 1), axis(k)))])
    carried = out.slice(0, states.length)
    out.slice(states.length).forEach((o, k) => (collected[k] ??= [])[a.outputDirections[k] ? 'unshift' : 'push'](o as Tensor))
  }
  return [...carried, ...collected.map((parts, k) => stack(parts, a.outputs[k] ?? 0))]
}

export default [
  // The first form has a batch axis in front of everything and lengths as its first input.
  op({
    name: 'Scan', since: 8, attrs: { num_scan_inputs: 1, directions: none },
    async compute([lengths, ...rest], a, host) {
      if (lengths) throw new Error('lengths of sequences are not supported')
      const batch = (rest[0] as Tensor).shape[0]!, results: Tensor[][] = []
      for (let b = 0; b < batch; b++) {
        const out = await scan((rest as Tensor[]).map(t => dropAxis(slice(t, 0, b, 1), 0)), a.num_scan_inputs, { inputs: none, inputDirections: a.directions, outputs: none, outputDirections: none }, host)
        out.forEach((o, k) => (results[k] ??= []).push(o as Tensor))
      }
      return results.map(r => stack(r, 0))
    },
  }),
  op({
    name: 'Scan', since: 9, attrs: { num_scan_inputs: 1, scan_input_axes: none, scan_input_directions: none, scan_output_axes: none, scan_output_directions: none },
    compute: (inputs, a, host) => scan(inputs as Item[], a.num_scan_inputs, { inputs: a.scan_input_axes, inputDirections: a.scan_input_directions, outputs: a.scan_output_axes, outputDirections: a.scan_output_directions }, host),
  }),
]
