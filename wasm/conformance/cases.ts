import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** One case of the ONNX node-test form: a model, and sets of serialised inputs and outputs. */
export interface Case { readonly id: string; model(): Promise<Uint8Array>; sets(): Promise<readonly DataSet[]> }
export interface DataSet { readonly inputs: readonly Uint8Array[]; readonly outputs: readonly Uint8Array[] }

/** The cases below a folder (each is a folder with `model.onnx` and `test_data_set_0` ...), or in a `.tar.gz` of such folders, by id. Throws where there are none. */
export async function findCases(path: string): Promise<Case[]> {
  const found = (await stat(path)).isDirectory() ? await inFolder(path) : await inArchive(path)
  if (!found.length) throw new Error(`There are no cases in ${path}: each is a folder with model.onnx and test_data_set_0, or such a folder in a .tar.gz.`)
  return found.sort((a, b) => a.id < b.id ? -1 : 1)
}

async function inFolder(folder: string): Promise<Case[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  if (entries.some(e => e.name === 'model.onnx')) {
    const sets = entries.filter(e => e.isDirectory() && e.name.startsWith('test_data_set_')).map(e => join(folder, e.name)).sort()
    return [{
      id: basename(folder),
      model: () => readFile(join(folder, 'model.onnx')),
      sets: () => Promise.all(sets.map(async s => {
        const names = await readdir(s)
        const read = (kind: string): Promise<Uint8Array[]> => Promise.all(ordered(names, kind).map(n => readFile(join(s, n))))
        return { inputs: await read('input'), outputs: await read('output') }
      })),
    }]
  }
  const below = await Promise.all(entries.map(e => e.isDirectory() ? inFolder(join(folder, e.name)) : e.name.endsWith('.tar.gz') ? inArchive(join(folder, e.name)) : Promise.resolve([])))
  return below.flat()
}

async function inArchive(path: string): Promise<Case[]> {
  const folders = new Map<string, Map<string, Uint8Array>>()
  for (const [name, bytes] of untar(await promisify(gunzip)(await readFile(path)))) {
    if (!/\.(onnx|pb)$/.test(name)) continue
    const parts = name.split('/'), inside = parts.at(-2)?.startsWith('test_data_set_') ? 2 : 1, folder = parts.at(-1 - inside), file = parts.slice(-inside).join('/')
    if (!folder) continue
    if (!folders.has(folder)) folders.set(folder, new Map())
    folders.get(folder)!.set(file, bytes)
  }
  return [...folders].filter(([, files]) => files.has('model.onnx')).map(([id, files]) => ({
    id,
    model: async () => files.get('model.onnx')!,
    sets: async () => {
      const sets = [...new Set([...files.keys()].filter(f => f.includes('/')).map(f => f.split('/')[0]!))].sort()
      return sets.map(s => {
        const names = [...files.keys()].filter(f => f.startsWith(`${s}/`)).map(f => f.slice(s.length + 1))
        const read = (kind: string): Uint8Array[] => ordered(names, kind).map(n => files.get(`${s}/${n}`)!)
        return { inputs: read('input'), outputs: read('output') }
      })
    },
  }))
}

/** `input_0.pb`, `input_1.pb`, ... by number. */
const ordered = (names: readonly string[], kind: string): string[] => {
  const number = (n: string): number => Number(/_(\d+)\.pb$/.exec(n)![1])
  return names.filter(n => new RegExp(`^${kind}_\\d+\\.pb$`).test(n)).sort((a, b) => number(a) - number(b))
}

/** The files of a tar archive: headers of 512 bytes, contents padded to as many; names that are too long for a header stand in an entry before (GNU's L, POSIX's x). */
function* untar(bytes: Uint8Array): Generator<[string, Uint8Array]> {
  const text = (at: number, n: number): string => new TextDecoder().decode(bytes.subarray(at, at + n)).replace(/\0.*$/s, '')
  let long = ''
  for (let at = 0; at + 512 <= bytes.length;) {
    const name = text(at, 100), prefix = text(at + 345, 155), size = parseInt(text(at + 124, 12).trim() || '0', 8), kind = text(at + 156, 1)
    if (!name) break
    if (kind === 'L') long = text(at + 512, size)
    else if (kind === 'x') long = /^\d+ path=(.*)$/m.exec(text(at + 512, size))?.[1] ?? ''
    else {
      if (kind === '0' || kind === '') yield [long || (prefix ? `${prefix}/${name}` : name), bytes.subarray(at + 512, at + 512 + size)]
      long = ''
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}
