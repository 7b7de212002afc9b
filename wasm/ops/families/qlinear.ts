import { tensor } from '../../graph/numbers.js'
import { type Fact } from '../../graph/value.js'
import { call, op, type Attrs, type Defaults, type Op, type Term } from '../op.js'

type Maybe = Term | undefined

export const real = (x: Maybe, scale: Maybe, zero: Maybe): Term => call('DequantizeLinear', [x, scale, zero])

/** As bytes of the type of the zero point; without one, of that of `like`. */
export const bytes = (y: Term, scale: Maybe, zero: Maybe, like: Fact): Term => call('QuantizeLinear', [y, scale, zero ?? { constant: tensor(like.type, [], [0]) }])

/** An operator of bytes X, its scale and zero point, scale and zero point of the result: f of what they stand for. */
export const qlinear = <const A extends Defaults>(name: string, attrs: A, f: (x: Term, attrs: Attrs<A>, fact: Fact) => Term): Op => op({
  name, domain: 'com.microsoft', since: 1, attrs: attrs as Defaults,
  means: ([x, scale, zero, toScale, toZero], a, [fact]) => [bytes(f(real(x, scale, zero), a as never, fact!), toScale, toZero, fact!)],
})

/** The same of two, A and B. */
export const qlinearPair = (name: string, by: string): Op => op({
  name, domain: 'com.microsoft', since: 1, attrs: {},
  means: ([a, aScale, aZero, b, bScale, bZero, scale, zero], _attrs, [fact]) => [bytes(call(by, [real(a, aScale, aZero), real(b, bScale, bZero)]), scale, zero, fact!)],
})

/** An operator on pictures [batch, c, ...] applied to [batch, ..., c] where `last`. */
export function onPlanes(x: Term, rank: number, last: boolean, f: (x: Term) => Term): Term {
  if (!last) return f(x)
  const axes = Array.from({ length: rank }, (_, i) => i)
  return call('Transpose', [f(call('Transpose', [x], { perm: [0, rank - 1, ...axes.slice(1, -1)] }))], { perm: [0, ...axes.slice(2), 1] })
}
