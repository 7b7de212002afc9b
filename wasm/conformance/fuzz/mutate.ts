import { clone, isMessage, messages, write, type Field, type Message } from './tree.js'

/** Whole numbers below n, from a seed: mulberry32. */
export type Draw = (n: number) => number
export function draws(seed: number, index: number): Draw {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  return n => {
    state = state + 0x6d2b79f5 | 0
    let t = Math.imul(state ^ state >>> 15, 1 | state)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return Math.floor(((t ^ t >>> 14) >>> 0) / 2 ** 32 * n)
  }
}

export interface Seed { readonly name: string; readonly bytes: Uint8Array; readonly tree: Message }

const telling = [0n, 1n, 2n, 3n, 7n, 8n, 16n, 64n, 127n, 128n, 255n, 65535n, 65536n, 1n << 31n, (1n << 31n) - 1n, 1n << 32n, 1n << 40n, 1n << 53n, (1n << 63n) - 1n, -1n, -2n, -128n, -(1n << 31n), -(1n << 63n)]
const pick = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)]!
const fieldsOf = (m: Message): { owner: Message; field: Field; at: number }[] => messages(m).flatMap(owner => owner.fields.map((field, at) => ({ owner, field, at })))

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((a, p) => a + p.length, 0))
  parts.reduce((at, p) => { out.set(p, at); return at + p.length }, 0)
  return out
}

/** What is done to the bytes, whatever they mean. */
const blind: Readonly<Record<string, (b: Uint8Array, draw: Draw, other: Seed) => Uint8Array>> = {
  flip(b, draw) { const out = b.slice(); for (let k = 1 + draw(8); k > 0; k--) { const i = draw(out.length); out[i] = out[i]! ^ 1 << draw(8) } return out },
  truncate: (b, draw) => b.slice(0, draw(b.length)),
  overwrite(b, draw) { const out = b.slice(), at = draw(out.length), v = pick(draw, [0, 127, 128, 255]); out.fill(v, at, at + 1 + draw(12)); return out },
  splice(b, draw, other) { const to = draw(b.length), from = draw(other.bytes.length), part = other.bytes.subarray(from, from + draw(256)); return joined(b.subarray(0, to), part, b.subarray(to + draw(64))) },
}

/** What is done to the message, so that its lengths stay right: the reader gets through and the graph is wrong. */
const knowing: Readonly<Record<string, (m: Message, draw: Draw, other: Seed) => void>> = {
  number(m, draw) { const all = fieldsOf(m).filter(f => typeof f.field.value === 'bigint'); if (all.length) { const { field } = pick(draw, all); field.value = draw(3) ? pick(draw, telling) : field.value as bigint + BigInt(draw(3) - 1) } },
  dimension(m, draw) { const all = fieldsOf(m).filter(f => (f.owner.kind === 'tensor' && f.field.number === 1) || f.owner.kind === 'dimension'); if (all.length) { const { field } = pick(draw, all); field.wire = 0; field.value = pick(draw, telling); field.number = 1 } },
  attribute(m, draw) { const all = fieldsOf(m).filter(f => f.owner.kind === 'attribute' && f.field.number !== 1); if (all.length) { const { field } = pick(draw, all); if (typeof field.value === 'bigint') field.value = pick(draw, telling); else field.number = 2 + draw(10) } },
  drop(m, draw) { const all = fieldsOf(m); const { owner, at } = pick(draw, all); owner.fields.splice(at, 1) },
  repeat(m, draw) { const { owner, field, at } = pick(draw, fieldsOf(m)); owner.fields.splice(at, 0, field) },
  swap(m, draw) { const a = pick(draw, fieldsOf(m)), same = fieldsOf(m).filter(f => f.owner.kind === a.owner.kind && f.field.wire === a.field.wire), b = pick(draw, same); const v = a.field.value; a.field.value = b.field.value; b.field.value = v },
  rename(m, draw) { const all = fieldsOf(m).filter(f => f.owner.kind === 'node' && f.field.value instanceof Uint8Array && f.field.number <= 4); if (all.length) pick(draw, all).field.value = pick(draw, all).field.value },
  graft(m, draw, other) { const a = pick(draw, fieldsOf(m)), same = fieldsOf(other.tree).filter(f => f.owner.kind === a.owner.kind && f.field.number === a.field.number); if (same.length) a.field.value = pick(draw, same).field.value },
  bytes(m, draw) { const all = fieldsOf(m).filter(f => f.field.value instanceof Uint8Array && f.field.value.length > 0); if (!all.length) return; const { field } = pick(draw, all), b = (field.value as Uint8Array).slice(); if (draw(2)) field.value = b.slice(0, draw(b.length)); else { b[draw(b.length)] = draw(256); field.value = b } },
  wire(m, draw) { pick(draw, fieldsOf(m).filter(f => typeof f.field.value === 'bigint' || !isMessage(f.field.value))).field.number = 1 + draw(26) },
}

/** Case `index` of a seed of the generator: which file, what was done to it, and what came of it. */
export function mutated(seeds: readonly Seed[], seed: number, index: number): { from: Seed; how: string; bytes: Uint8Array } {
  const draw = draws(seed, index), from = pick(draw, seeds), other = pick(draw, seeds)
  if (draw(4) === 0) { const how = pick(draw, Object.keys(blind)); return { from, how, bytes: blind[how]!(from.bytes, draw, other) } }
  const tree = clone(from.tree), done: string[] = []
  for (let k = 1 + (draw(2) ? 0 : draw(4)); k > 0 && tree.fields.length; k--) { const how = pick(draw, Object.keys(knowing)); knowing[how]!(tree, draw, other); done.push(how) }
  return { from, how: done.join('+'), bytes: write(tree) }
}
