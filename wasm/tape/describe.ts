import { bytesOf } from '../graph/value.js'
import { runsOnTape } from './emit.js'
import { mega } from './memory.js'
import { type Plan } from './plan.js'

/** A plan as text: what each pass left, then one line per step: what it is, what it makes, where that lies in the arena, and its launches. */
export function describe(plan: Plan): string {
  const { draft, facts, placement, cut } = plan
  const shape = (v: string): string => { const f = facts.get(v); return f ? `${f.type}[${f.shape}]${f.layout ? `:${f.layout}` : ''}` : v ? '?' : '-' }
  const at = (v: string): string => { const o = placement.offsets.get(v); return o === undefined ? 'constant' : `+${o}` }
  let launches = 0
  const lines = draft.steps.map((s, i) => {
    const how = s.op.view ? 'view' : runsOnTape(s, facts) ? plan.launches(s, i, 0).map(l => { launches++; return `${l.kernel}(${l.tiles})` }).join(' ') : 'javascript'
    return `${String(i).padStart(4)}  ${s.op.name.padEnd(22)} ${s.inputs.map(shape).join(', ')} -> ${s.outputs.map(v => `${shape(v)} ${at(v)}`).join(', ')}  ${how}`
  })
  const constants = [...new Set(draft.steps.flatMap(s => s.inputs))].map(v => facts.get(v)).filter(f => f?.constant)
  const passes = plan.stages.map(([pass, steps]) => `${String(steps).padStart(6)} steps after ${pass}`)
  return [...passes, '', ...lines, '',
    `${draft.steps.length} steps, ${launches} launches; arena ${mega(placement.bytes)}; constants ${mega(constants.reduce((a, f) => a + bytesOf(f!), 0))}`,
    ...cut ? [`continues after ${cut.node ? `${cut.node.op} (its shapes depend on data)` : `looking at ${cut.values.join(', ')}`}`] : [], ''].join('\n')
}
