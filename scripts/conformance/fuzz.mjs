/**
 * Mutates real ONNX files and gives them to the engine, which must answer each with an EngineError or a result.
 *   node scripts/conformance/fuzz.mjs [COUNT [SEED]] [--from INDEX] [--threads N] [--every N]
 * A million cases by default. A case is its seed and index: `fuzz.mjs 1 SEED --from INDEX` runs it again. --every N takes every Nth of the node tests' models.
 */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'

const hang = 60_000

if (!isMainThread) {
  const { Fuzzer } = await import('../../dist/wasm/conformance/fuzz/fuzz.js')
  const { readSeeds } = await import('../../dist/wasm/conformance/fuzz/seeds.js')
  const { progress, from, to, step, seed, every } = workerData
  const fuzzer = await Fuzzer.start(await readSeeds(every), seed), counts = {}
  for (let i = from; i < to; i += step) {
    Atomics.store(progress, 0, i)
    const o = await fuzzer.run(i)
    counts[o.end] = (counts[o.end] ?? 0) + 1
    if (o.fault) parentPort.postMessage({ fault: o })
    if ((i - from) / step % 200 === 199) { parentPort.postMessage({ counts: { ...counts } }); for (const k in counts) counts[k] = 0 }
  }
  parentPort.postMessage({ counts, done: true })
  await fuzzer.close()
} else {
  const args = process.argv.slice(2), option = (name, otherwise) => args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise
  const plain = args.filter((a, i) => !a.startsWith('--') && !args[i - 1]?.startsWith('--')).map(Number)
  const count = plain[0] ?? 1_000_000, seed = plain[1] ?? 1, from = option('--from', 0), threads = option('--threads', 1), every = option('--every', 1)
  const counts = {}, faults = [], began = performance.now()
  const told = o => { faults.push(o); console.log(`FAULT seed ${seed} case ${o.index} (${o.from}, ${o.how}): ${o.end} ${o.fault}`) }
  const lane = first => new Promise(resolve => {
    const begin = at => {
      const progress = new Int32Array(new SharedArrayBuffer(4))
      Atomics.store(progress, 0, at)
      const worker = new Worker(new URL(import.meta.url), { workerData: { progress, from: at, to: from + count, step: threads, seed, every }, resourceLimits: { maxOldGenerationSizeMb: 768 } })
      let seen = at, since = performance.now(), over = false
      const next = reason => {
        if (over) return
        over = true
        clearInterval(watch)
        const index = Atomics.load(progress, 0)
        told({ index, from: '?', how: '?', end: 'died', fault: reason })
        void worker.terminate().then(() => begin(index + threads))
      }
      const watch = setInterval(() => {
        const now = Atomics.load(progress, 0)
        if (now !== seen) { seen = now; since = performance.now() } else if (performance.now() - since > hang) next(`no answer in ${hang} ms`)
      }, 1000)
      worker.on('message', m => {
        if (m.fault) told(m.fault)
        for (const [k, n] of Object.entries(m.counts ?? {})) counts[k] = (counts[k] ?? 0) + n
        if (m.done) { over = true; clearInterval(watch); void worker.terminate().then(resolve) }
      })
      worker.on('error', e => next(e.stack ?? String(e)))
      worker.on('exit', code => next(`the thread ended with ${code} before it answered`))
    }
    begin(from + first)
  })
  const summary = () => `${Object.values(counts).reduce((a, b) => a + b, 0)} of ${count} mutations, seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s: ${Object.entries(counts).filter(([, n]) => n).sort((a, b) => b[1] - a[1]).map(([k, n]) => `${k} ${n}`).join(', ')}; faults ${faults.length}`
  const tell = setInterval(() => console.log(summary()), 30_000)
  await Promise.all(Array.from({ length: threads }, (_, i) => lane(i)))
  clearInterval(tell)
  console.log(summary())
  process.exitCode = faults.length ? 1 : 0
}
