import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Cases of the ONNX node tests that fail here, and why: `skip.json` beside the source (the compiled module looks for it there). */
export const skips: Readonly<Record<string, string>> = JSON.parse(readFileSync(fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../../wasm/conformance/skip.json' : './skip.json', import.meta.url)), 'utf8')) as Record<string, string>
