import { op, type Item } from './op.js'
import { itemsOf } from './families/sequence.js'

/** Runs the body on each item of the first sequence; further sequences give their items, tensors themselves. */
export default op({
  name: 'SequenceMap', since: 17, attrs: {},
  async compute(inputs, _a, host) {
    const results: Item[][] = host.outputs.map(() => [])
    for (let i = 0; i < itemsOf(inputs[0]).length; i++) {
      const out = await host.run('body', inputs.map(x => x!.type === 'sequence' ? itemsOf(x)[i]! : x!))
      out.forEach((o, k) => results[k]?.push(o))
    }
    return results.map(items => ({ type: 'sequence', items }))
  },
})
