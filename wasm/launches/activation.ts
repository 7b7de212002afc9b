import { type Launch, type Place, count, tiles, u32 } from '../ops/op.js'

/** Numbers of the activations that kernels apply (`wasm/kernels/f32-vact.ts`). */
export const activations = { none: 0, relu: 1, silu: 2, gelu: 3, geluTanh: 4, sigmoid: 5, geluQuick: 6 } as const
export type Activation = keyof typeof activations
export const activation = (name: string): number => activations[name as Activation]

const BLOCK = 4096
export const activationLaunch = (x: Place, y: Place, act: Activation): Launch => ({ kernel: 'f32_activation', args: [x, y, u32(count(x)), u32(BLOCK), u32(activations[act])], tiles: tiles(count(x), BLOCK) })
