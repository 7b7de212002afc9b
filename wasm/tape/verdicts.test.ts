import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verdictsOf } from './verdicts.js'

const folder = mkdtempSync(join(tmpdir(), 'verdicts-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a verdict is remembered for these kernels and no others', async () => {
  const kept = join(folder, 'of', 'a user'), first = await verdictsOf(Uint8Array.of(1, 2), kept)
  expect(await first.passed()).toBe(false)
  await first.remember()
  expect(readdirSync(kept)).toHaveLength(1)
  expect(await (await verdictsOf(Uint8Array.of(1, 2), kept)).passed()).toBe(true)
  expect(await (await verdictsOf(Uint8Array.of(1, 3), kept)).passed()).toBe(false)
})

test('without a folder that can be written nothing is remembered, and nothing fails', async () => {
  writeFileSync(join(folder, 'file'), '')
  const nowhere = await verdictsOf(Uint8Array.of(1), join(folder, 'file', 'below'))
  await nowhere.remember()
  expect(await nowhere.passed()).toBe(false)
})
