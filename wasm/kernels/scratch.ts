/** This thread's private workspace (256 KiB, aligned to 64), given once after the module is instantiated. */
export let scratch: usize = 0

export function set_scratch(at: usize): void {
  scratch = at
}

/** Whether V8 joins pairs of 128-bit operations here: tiles are chosen for that. Bits do not depend on it. */
export let wide: bool = false

export function set_wide(on: bool): void {
  wide = on
}
