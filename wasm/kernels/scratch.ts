/** This thread's private workspace (256 KiB, aligned to 64), given once after the module is instantiated. */
export let scratch: usize = 0

export function set_scratch(at: usize): void {
  scratch = at
}
