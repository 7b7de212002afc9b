import { type Tensor } from './value.js'

const large = 1 << 16

/** A tensor that is made when it is first asked for; a large one is let go when nobody has it any more, and made again. */
export function remembered(make: () => Tensor): () => Tensor {
  let kept: Tensor | undefined, loose: WeakRef<Tensor> | undefined
  return () => {
    const known = kept ?? loose?.deref()
    if (known) return known
    const t = make()
    if (t.data.byteLength < large) kept = t
    else loose = new WeakRef(t)
    return t
  }
}
