/**
 * A tape is a flat list of launches. Every thread walks the whole tape and takes tiles by an atomic add; whoever finishes a launch's last tile opens the next.
 * Tiles of a launch already closed are never handed out again: `next` only grows until the host resets it, when no thread is in the tape.
 */
@unmanaged class Launch { kernel: u32; args: usize; tiles: u32; grain: u32; next: u32; done: u32; }

/** One walk over launches current .. stop - 1; `wasm/tape/layout.ts` has the same offsets. The host writes it while all threads are parked. Words on separate cache lines where threads contend. */
@unmanaged class Job {
  tape: usize; stop: u32; spins: u32; abort: u32; pause: u32;
  g5: u32; g6: u32; g7: u32; g8: u32; g9: u32; g10: u32; g11: u32; g12: u32; g13: u32; g14: u32; g15: u32;
  /** The open launch. PAUSED is set in it by the closer when the host asked for a pause. */
  current: u32; sleepers: u32;
}
const PAUSED: u32 = 0x80000000;

/** Walks until the end, an abort, or a pause. All threads agree on where they stopped, except after an abort. */
export function walk(job: usize): void {
  const j = changetype<Job>(job);
  const currentAt = job + offsetof<Job>("current");
  let i = atomic.load<u32>(currentAt);
  while (i < j.stop) {
    const at = j.tape + i * offsetof<Launch>();
    const l = changetype<Launch>(at);
    const total = l.tiles, grain = l.grain;
    let closed = false;
    for (;;) {
      if (atomic.load<u32>(job + offsetof<Job>("abort"))) return;
      const begin = atomic.add<u32>(at + offsetof<Launch>("next"), grain);
      if (begin >= total) break;
      const end = min<u32>(begin + grain, total);
      call_indirect<void>(l.kernel, l.args, begin, end);
      if (atomic.add<u32>(at + offsetof<Launch>("done"), end - begin) + (end - begin) == total) { closed = true; break; }
    }
    if (closed) {
      let next = i + 1;
      if (next < j.stop && atomic.load<u32>(job + offsetof<Job>("pause"))) next |= PAUSED;
      atomic.store<u32>(currentAt, next);
      if (atomic.load<u32>(job + offsetof<Job>("sleepers"))) atomic.notify(currentAt, -1);
      i = next;
    } else {
      i = awaitNext(job, i);
    }
    if (i & PAUSED) return;
  }
}

/** Spins a while, then sleeps, until the open launch is no longer `i` or the run is aborted. */
function awaitNext(job: usize, i: u32): u32 {
  const j = changetype<Job>(job);
  const currentAt = job + offsetof<Job>("current");
  for (let n: u32 = 0; n < j.spins; n++) {
    const now = atomic.load<u32>(currentAt);
    if (now != i) return now;
  }
  while (true) {
    atomic.add<u32>(job + offsetof<Job>("sleepers"), 1);
    if (atomic.load<u32>(currentAt) == i) atomic.wait<u32>(currentAt, i, 5_000_000);
    atomic.sub<u32>(job + offsetof<Job>("sleepers"), 1);
    const now = atomic.load<u32>(currentAt);
    if (now != i) return now;
    if (atomic.load<u32>(job + offsetof<Job>("abort"))) return PAUSED;
  }
}
