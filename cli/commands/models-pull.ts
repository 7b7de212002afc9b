import { cp } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readModelFolder } from '../../server/models/folder.js'
import { settingsFrom } from '../../server/settings.js'
import { UsageError, Interrupted } from '../errors.js'
import { bytes } from '../style.js'

/** `models pull` and `models add`: how models come into the first folder that is looked in. */
export default (models: Command) => {
  models.command('pull').description('bring a model in diffusers-ONNX layout from a hub; goes on where it was interrupted')
    .argument('<repo>', 'owner/name, or owner/name@revision')
    .option('--name <NAME>', 'name of its folder')
    .option('--endpoint <URL>', 'another hub, or a mirror', process.env.HF_ENDPOINT ?? 'https://huggingface.co')
    .action(async (repo: string, { name, endpoint }: { name?: string; endpoint: string }) => {
      const { pullModel } = await import('../../server/models/pull.js')
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort(new Interrupted()))
      const pulling = pullModel({ repo, into: place(), endpoint, signal: stop.signal, ...(name && { name }), ...(process.env.HF_TOKEN && { token: process.env.HF_TOKEN }) })
      let said = ''
      for (;;) {
        const next = await pulling.next()
        if (next.done) return console.log(`${next.value.name}  ${next.value.pipeline}, ${[...next.value.parts.keys()].join(', ')}`)
        const { file, bytes: have, totalBytes } = next.value
        const line = process.stderr.isTTY ? `\r\u001b[2K${bytes(have)} of ${bytes(totalBytes)}  ${file}` : `${file}\n`
        if (line !== said) process.stderr.write(line)
        said = line
        if (process.stderr.isTTY && have === totalBytes) process.stderr.write('\n')
      }
    })
  models.command('add').description('copy a model folder to where models are looked for')
    .argument('<folder>', 'a folder with a model_index.json')
    .option('--name <NAME>', 'name of the copy')
    .action(async (folder: string, { name = basename(resolve(folder)) }: { name?: string }) => {
      const { pipeline, parts } = readModelFolder(resolve(folder))
      const target = join(place(), name)
      if (existsSync(target)) throw new UsageError(`There is a model "${name}" already. Remove ${target}, or give another --name.`)
      await cp(resolve(folder), target, { recursive: true })
      console.log(`${name}  ${pipeline}, ${[...parts.keys()].join(', ')}`)
    })
}

const place = () => settingsFrom(process.env).models[0]!
