/** Numbers of the activations that kernels apply (`wasm/kernels/f32-vact.ts`). */
export const activations = { none: 0, relu: 1, silu: 2, gelu: 3, geluTanh: 4, sigmoid: 5, geluQuick: 6 } as const
export type Activation = keyof typeof activations
export const activation = (name: string): number => activations[name as Activation]
