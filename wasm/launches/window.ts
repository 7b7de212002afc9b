/** Attributes of convolutions and poolings over any number of spatial dimensions, with their defaults filled in. */
export interface Window { readonly kernel: readonly number[]; readonly strides: readonly number[]; readonly dilations: readonly number[]; readonly pads: readonly number[]; readonly out: readonly number[] }

export interface WindowAttrs { readonly auto_pad: string; readonly strides: readonly number[] | null; readonly dilations: readonly number[] | null; readonly pads: readonly number[] | null }

/** `size` is the spatial extent of the input. */
export function windowOf(size: readonly number[], kernel: readonly number[], a: WindowAttrs): Window {
  const rank = size.length, ones = Array<number>(rank).fill(1), strides = a.strides ?? ones, dilations = a.dilations ?? ones
  if ([kernel, strides, dilations].some(list => list.length !== rank || list.some(v => !(v >= 1)))) throw new Error(`kernel [${kernel}], strides [${strides}] and dilations [${dilations}] should be ${rank} numbers of at least 1 each`)
  const reach = kernel.map((k, i) => (k - 1) * dilations[i]! + 1)
  let pads = a.pads ?? Array<number>(2 * rank).fill(0)
  if (a.auto_pad === 'VALID') pads = Array<number>(2 * rank).fill(0)
  if (a.auto_pad.startsWith('SAME')) {
    const total = size.map((n, i) => Math.max(0, (Math.ceil(n / strides[i]!) - 1) * strides[i]! + reach[i]! - n))
    const less = total.map(t => Math.floor(t / 2)), more = total.map((t, i) => t - less[i]!)
    pads = a.auto_pad === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less]
  }
  if (pads.length !== 2 * rank || pads.some(p => !(p >= 0))) throw new Error(`pads should be ${2 * rank} numbers of at least 0, not [${pads}]`)
  const out = size.map((n, i) => Math.floor((n + pads[i]! + pads[i + rank]! - reach[i]!) / strides[i]!) + 1)
  if (out.some(n => !(n >= 0))) throw new Error(`a window of [${reach}] does not fit into [${size}] with padding [${pads}]`)
  return { kernel, strides, dilations, pads, out }
}
