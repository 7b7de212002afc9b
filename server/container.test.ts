import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, tokens } from './container.js'
import { settingsFrom } from './settings.js'

test('a class decorated @injectable() is constructed by the container with the services that it names, and disposed with its scope', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'noisegraph-container-'))
  const log: string[] = []
  try {
    mkdirSync(join(folder, 'drop'))
    writeFileSync(join(folder, 'drop/careful.ts'), `
      import { inject, injectable, singleton } from 'tsyringe'
      import { conditioner, number } from 'noisegraph/sdk'
      @singleton()
      class Counter { made = 1; dispose() { log?.('disposed') } }
      let log: ((line: string) => void) | undefined
      @injectable()
      export default class Careful {
        name = 'careful'; summary = 'Asks for services.'; options = { strength: number('How much.', { default: 1, min: 0 }) }
        constructor(@inject('log') say: (line: string) => void, counter: Counter) { log = say; say('made ' + counter.made) }
        async condition() { return {} }
      }`)
    const container = compose(settingsFrom({ NOISEGRAPH_DATA: folder, NOISEGRAPH_PLUGINS: join(folder, 'drop') }), { watch: false })
    container.registerInstance('log', (line: string) => log.push(line))
    const plugins = await container.resolve(tokens.plugins)
    expect(plugins.failures()).toEqual([])
    expect(plugins.conditioner('careful').summary).toBe('Asks for services.')
    expect(log).toEqual(['made 1'])
    expect(await container.resolve(tokens.plugins)).toBe(plugins)
    await plugins.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
