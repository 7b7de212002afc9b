import { type Draft, type Step } from './draft.js'

/** Drops the steps whose results nobody wants. */
export function sweep(draft: Draft): Draft {
  const wanted = new Set(draft.outputs), steps: Step[] = []
  for (const s of [...draft.steps].reverse()) {
    if (!s.outputs.some(v => wanted.has(v))) continue
    steps.push(s)
    for (const v of s.inputs) wanted.add(v)
  }
  return { ...draft, steps: steps.reverse() }
}
