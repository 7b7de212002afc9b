import { EngineError } from '../errors.js'
import { nodeTitle } from '../graph/graph.js'
import { bytesOf } from '../graph/value.js'
import { type Step } from '../passes/draft.js'
import { type Memory } from './memory.js'
import { type Plan } from './plan.js'

const line = 64, word = 0x5afe5afe

/** Puts guard words behind each of a step's results, has it done, and looks at them and at those of every allocation. Throws FAILED with the step's name where one was overwritten. */
export async function watched(memory: Memory, plan: Plan, step: Step, base: number, does: () => Promise<void>): Promise<void> {
  // The planner leaves a line behind each buffer that is part of it, so that nobody else's values lie there.
  const ends = step.outputs.flatMap(v => { const at = plan.placement.offsets.get(v); return at === undefined ? [] : [base + at + Math.ceil(bytesOf(plan.facts.get(v)!) / line) * line] })
  const guard = (at: number): Uint32Array => new Uint32Array(memory.buffer, at, line / 4)
  for (const at of ends) guard(at).fill(word)
  await does()
  const title = `${step.op.name}, made of ${nodeTitle(step.node)},`
  ends.forEach((at, i) => { if (guard(at).some(w => w !== word)) throw new EngineError('FAILED', `${title} wrote past the end of its result ${i}.`) })
  memory.check(title)
}
