import type { Session, Value } from '../sessions/session.js'
import { NoisegraphError } from '../core/errors.js'

/** A network that was exported for one batch size takes any: samples go through it in portions, the last one filled up with repeats. */
export function fitBatch(session: Session): Session {
  const main = session.inputs[0]
  const size = main?.shape[0]
  if (!main || typeof size !== 'number') return session
  return {
    ...session,
    async run(feeds, signal) {
      const batch = feeds[main.name]?.shape[0]
      if (batch === undefined || batch === size) return session.run(feeds, signal)
      const portions: Readonly<Record<string, Value>>[] = []
      for (let at = 0; at < batch; at += size) {
        const rows = Array.from({ length: size }, (_, i) => Math.min(at + i, batch - 1))
        const portion = Object.fromEntries(Object.entries(feeds).map(([name, value]) => {
          // Some inputs have several rows for each sample: a text for each frame of a video.
          const each = Number(session.inputs.find(p => p.name === name)?.shape[0]) / size
          return [name, Number.isInteger(each) && value.shape[0] === each * batch ? pick(value, rows.flatMap(r => Array.from({ length: each }, (_, i) => r * each + i))) : value]
        }))
        portions.push(await session.run(portion, signal))
      }
      return Object.fromEntries(session.outputs.map(({ name }) => [name, joined(portions.map(p => p[name]!), batch)]))
    },
  }
}

function pick(value: Value, rows: readonly number[]): Value {
  const size = value.data.length / value.shape[0]!
  const data = value.data.slice(0, rows.length * size)
  if (data.length < rows.length * size) return joined(rows.map(r => pick(value, [r])), rows.length)
  rows.forEach((r, i) => data.set(value.data.subarray(r * size, (r + 1) * size) as never, i * size))
  return { type: value.type, shape: [rows.length, ...value.shape.slice(1)], data }
}

/** The first `batch` rows of all. */
function joined(parts: readonly Value[], batch: number): Value {
  const [first] = parts as readonly [Value]
  if (first.shape.length === 0) throw new NoisegraphError('BROKEN_MODEL', 'The network answers one number for a whole batch, and was exported for one batch size: its samples cannot be run in portions.')
  const size = first.data.length / first.shape[0]!
  const data = new (first.data.constructor as new (n: number) => Value['data'])(parts.reduce((n, p) => n + p.data.length, 0))
  let at = 0
  for (const p of parts) { data.set(p.data as never, at); at += p.data.length }
  return { type: first.type, shape: [batch, ...first.shape.slice(1)], data: data.subarray(0, batch * size) }
}
