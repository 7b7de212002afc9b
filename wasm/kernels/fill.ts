/** y = one word, n times. A tile is 4,096 words. */
@unmanaged export class FillArgs { y: usize; n: u32; word: u32 }

export function fill_words(a: FillArgs, begin: u32, end: u32): void {
  for (let i = begin << 12, n = min(end << 12, a.n); i < n; i++) store<u32>(a.y + (i << 2), a.word);
}
