import { type Fact, type Held } from '../graph/value.js'

/** The types that panels are held in, by the number that the kernels know (`wasm/kernels/f32-widen.ts`). */
const codes: Readonly<Record<Held, number>> = { float32: 0, float16: 1, int8: 2, int4: 3 }
export const heldCode = (held: Held | undefined): number => codes[held ?? 'float32']

/** Bytes of one panel of 16 columns and k rows. */
const panelOf: Readonly<Record<Held, (k: number) => number>> = { float32: k => k * 64, float16: k => k * 32, int8: k => 64 + k * 16, int4: k => Math.ceil(k / 32) * 320 }
/** Bytes of `batch` matrices of k x n in panels. */
export const heldBytes = (held: Held | undefined, k: number, n: number, batch = 1): number => batch * Math.ceil(n / 16) * panelOf[held ?? 'float32'](k)

/** A fact of panels in float32 as it is when they are held in another type. */
export function heldAs(f: Fact, held: Held): Fact {
  if (held === 'float32' || !f.depth) return f
  const { bytes, ...rest } = f
  return { ...rest, held, bytes: bytes! / (f.depth * 64) * panelOf[held](f.depth) }
}
