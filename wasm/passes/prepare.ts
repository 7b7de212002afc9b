import { bytesOf, type Fact } from '../graph/value.js'
import { type Draft } from './draft.js'
import { hasKernels, lower } from './lower.js'
import { optional, type Target } from './index.js'
import { methods } from './methods.js'
import { pack, type Packing, type Precision } from './pack.js'
import { place, type Placement } from './place.js'
import { type Cut, type Rest, specialise } from './specialise.js'
import { widen } from './widen.js'

/** How a draft is made: for which build, with the passes that only make it faster or without them, with weights held as what. */
export interface Manner extends Target { readonly passes: boolean; readonly precision: Precision }

/** Everything about a plan that is known from shapes alone: no weight has been read, nothing has been allocated. */
export interface Prepared {
  readonly draft: Draft
  readonly placement: Placement
  readonly constants: readonly Wanted[]
  readonly cut: Cut | undefined
  /** How many steps each pass left, in the order of the passes. */
  readonly stages: readonly (readonly [pass: string, steps: number])[]
}

/** A constant that kernels read: as it is, or packed from another. */
export interface Wanted { readonly key: string; readonly fact: Fact; readonly packing?: Packing & { readonly source: Fact } }

/** Milliseconds that a megabyte of filters may save, from what is worth it in any case to where memory is all that counts. */
const prices = [0.1, 0.3, 1, 3, Infinity]

/** Bytes that constants may take, all together or each that is read anew in every run, if there are methods that take no more. */
export interface Budget { readonly total?: number; readonly each?: number }

/** Who asks for less memory, or for weights that are read in every run, wants transformed filters where they save much. */
const least = (precision: Precision, { each }: Budget): number => each !== undefined ? 1 : precision === 'stored' || precision === 'float32' ? 0 : 1

export function prepare(rest: Rest, live: ReadonlyMap<string, Fact>, manner: Manner, budget: Budget = {}): Prepared {
  const special = specialise(rest, live)
  let draft = widen(special.draft)
  const stages: [string, number][] = [['as written, for these shapes', draft.steps.length]]
  if (manner.passes) for (const { name, pass } of optional) {
    draft = pass(draft, manner)
    stages.push([name, draft.steps.length])
  }
  const lowered = lower(draft)
  let packed = pack(lowered, manner.precision), constants = constantsOf(packed.draft, packed.packings)
  const { total, each } = { total: Infinity, each: Infinity, ...budget }
  if (manner.passes && !manner.strict) for (const price of prices.filter(p => p >= least(manner.precision, budget))) {
    packed = pack(methods(lowered, manner.precision, price), manner.precision)
    constants = constantsOf(packed.draft, packed.packings)
    if (constantBytes(constants) <= total && constants.every(c => bytesOf(c.fact) <= each)) break
  }
  stages.push(['lower and pack', packed.draft.steps.length])
  return { draft: packed.draft, placement: place(packed.draft), constants, cut: special.cut, stages }
}

function constantsOf({ steps, facts }: Draft, packings: ReadonlyMap<string, Packing>): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const s of steps) {
    if (s.op.view || !hasKernels(s.op, s.inputs.map(v => v ? facts.get(v) : undefined), s.outputs.map(v => facts.get(v)!), s.attrs)) continue
    for (const v of s.inputs) {
      const fact = v ? facts.get(v) : undefined, key = fact?.constant
      if (key === undefined || wanted.has(key)) continue
      const packing = packings.get(v)
      wanted.set(key, { key, fact: fact!, ...packing && { packing: { ...packing, source: facts.get(packing.from)! } } })
    }
  }
  return [...wanted.values()]
}

/** Bytes of constants in memory, gaps between them included. */
export const constantBytes = (all: readonly Wanted[]): number => all.reduce((a, w) => a + Math.ceil(Math.max(bytesOf(w.fact), 1) / 64) * 64 + 64, 0)
