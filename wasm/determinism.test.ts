import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createEngine, type Build, type Tensor } from './index.js'

const unet = fileURLToPath(new URL('../../models/emoji64/unet/model.onnx', import.meta.url))
/** Fractions of powers of two: no library function decides about the bits. */
const values = (n: number, k: number): Float32Array => Float32Array.from({ length: n }, (_, i) => ((i * 7919 + k * 104729) % 2003 - 1001) / 512)
const feeds: Record<string, Tensor> = {
  sample: { type: 'float32', shape: [2, 4, 16, 16], data: values(2048, 1) },
  timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(421n) },
  encoder_hidden_states: { type: 'float32', shape: [2, 32, 128], data: values(8192, 2) },
}

async function digest(build: Build, threads: number, revectorize = true): Promise<string> {
  const engine = await createEngine({ build, threads, revectorize })
  try {
    const out = await (await engine.load(unet)).run(feeds), t = out.out_sample as Tensor
    return createHash('sha256').update(new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength)).digest('hex')
  } finally { await engine.close() }
}

/** The U-Net's output in strict arithmetic: the same on every machine. A kernel or fusion that rounds differently changes it, and nothing else may. */
const strict = '12e073db3f48bd0e1ec3314a1fcf25527e4b4d4ae4cb91d3fabcb9deafd683e9'

test.each([1, 2, 5, 8])('strict gives the committed bits on %d threads', async threads => expect(await digest('strict', threads)).toBe(strict))
test('strict gives them without 256-bit operations too', async () => expect(await digest('strict', 2, false)).toBe(strict))
test('plain gives the bits of strict', async () => expect(await digest('plain', 1)).toBe(strict))
test('fast gives the same bits on any number of threads', async () => {
  const one = await digest('fast', 1)
  for (const threads of [3]) expect(await digest('fast', threads)).toBe(one)
})
