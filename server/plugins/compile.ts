import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { init, parse } from 'es-module-lexer'
import { resolveImport } from './host.js'

/** Part of every hash: raise it where the same source would compile to something else. */
const format = 'noisegraph plugin 1'

export interface Compiled {
  /** The module to import. Its name is made of the contents, so that another text is another module. */
  readonly url: string
  /** Every source that went in. */
  readonly sources: readonly string[]
}

/**
 * Compiles a plugin's file, and the files that it imports from its own folder, to `.mjs` files in the cache folder: types and decorators
 * are translated, imports become absolute addresses. Nothing is done twice for the same contents.
 */
export function compiler(cache: string) {
  mkdirSync(cache, { recursive: true })

  async function compile(file: string, path: readonly string[] = []): Promise<Compiled> {
    if (path.includes(file)) throw new Error(`The files import each other in a circle: ${[...path, file].join(' -> ')}`)
    const source = readFileSync(file, 'utf8')
    if (!/\.[cm]?[jt]s$/.test(file)) return { url: kept(file, source, extname(file)), sources: [file] }
    const plain = await transformed(cache, file, source)
    await init
    const sources = new Set([file])
    let code = ''
    let at = 0
    for (const { n: specifier, s: start, e: end, d: kind } of parse(plain)[0]) {
      let replacement: string | undefined
      if (kind === -2 && plain.startsWith('.url', end)) {
        code += plain.slice(at, start) + JSON.stringify(pathToFileURL(file).href)
        at = end + '.url'.length
      } else if (specifier !== undefined) {
        const target = resolveImport(specifier, file)
        if ('module' in target) replacement = target.module
        else {
          const compiled = await compile(target.source, [...path, file])
          compiled.sources.forEach(s => sources.add(s))
          replacement = compiled.url
        }
        code += plain.slice(at, start) + (kind > -1 ? JSON.stringify(replacement) : replacement)
        at = end
      }
    }
    code += plain.slice(at)
    return { url: kept(file, code, '.mjs'), sources: [...sources] }
  }
  const kept = (file: string, text: string, extension: string) => {
    const out = join(cache, `${basename(file, extname(file))}-${hash(text)}${extension}`)
    if (!existsSync(out)) write(out, text)
    return pathToFileURL(out).href
  }
  return (file: string) => compile(file)
}

/** JavaScript of a source, with its source map inside; from the cache where the same text was seen before. */
async function transformed(cache: string, file: string, source: string): Promise<string> {
  const kept = join(cache, `${hash(format, file, source)}.js`)
  if (existsSync(kept)) return readFileSync(kept, 'utf8')
  const { transform } = await import('@swc/core')
  const { code } = await transform(source, {
    filename: file, swcrc: false, configFile: false, sourceMaps: 'inline', module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true, tsx: false },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      // Generated names stay readable in stack traces.
      keepClassNames: true,
    },
  })
  write(kept, code)
  return code
}

/** Appears whole or not at all: two processes may fill one cache. */
function write(path: string, text: string) {
  const part = `${path}.${process.pid}`
  writeFileSync(part, text)
  renameSync(part, path)
}

const hash = (...parts: string[]) => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 24)
