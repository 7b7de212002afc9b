import { existsSync } from 'node:fs'
import sharp from 'sharp'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import imageToImage from '../../plugins/conditioners/image-to-image.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import eulerAncestral from '../../plugins/samplers/euler-ancestral.js'
import { startHttp, type HttpServer } from './http.js'
import { rootFile } from './root.js'
import { fakes, type Fakes } from './testing/fakes.js'

/** The browser of the system; NOISEGRAPH_CHROMIUM names another. */
const executablePath = process.env.NOISEGRAPH_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const shots = process.env.NOISEGRAPH_SCREENSHOTS
const inBrowser = executablePath ? describe : describe.skip // a machine without a browser cannot run these

inBrowser('in a browser', () => {
  let server: HttpServer
  let services: Fakes
  let browser: Browser
  beforeAll(async () => {
    services = fakes({ samplers: [ddim, eulerAncestral] as unknown as Sampler[], conditioners: [textConditioner, imageToImage] as unknown as Conditioner[] })
    const { submit } = services.jobs
    Object.assign(services.jobs, { submit: async (...args: Parameters<typeof submit>) => { const generation = await submit(...args); void services.run(generation.id, 60); return generation } })
    server = await startHttp(services, { port: 0 })
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => { await browser?.close(); await server?.close() })

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<{ page: Page; hosts: Set<string>; trouble: string[] }> {
    const page = await browser.newPage(options)
    const hosts = new Set<string>()
    const trouble: string[] = []
    page.on('request', request => { const { protocol, host } = new URL(request.url()); if (!['data:', 'blob:'].includes(protocol)) hosts.add(host) })
    page.on('websocket', socket => hosts.add(new URL(socket.url()).host))
    page.on('pageerror', error => trouble.push(error.message))
    page.on('console', message => { if (message.type() === 'error') trouble.push(message.text()) })
    await page.goto(server.url + path)
    return { page, hosts, trouble }
  }
  const own = () => [new URL(server.url).host]
  const shoot = async (page: Page, name: string) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }) }

  test('a prompt goes in, steps are seen, the picture and its recipe come out', async () => {
    const { page, hosts, trouble } = await open('/', { viewport: { width: 1280, height: 860 } })
    await page.getByLabel('Prompt', { exact: true }).fill('a red apple on a blue background')
    await page.getByLabel('Seed', { exact: true }).fill('7')
    await page.getByLabel('Sampler').selectOption('euler-ancestral')
    await page.getByText('in memory on cpu, 12 MB').waitFor()
    expect(await page.getByLabel('Quality').isDisabled()).toBe(true)
    await page.getByLabel('Format').selectOption('WEBP')
    await page.getByLabel('Quality').fill('80')
    await shoot(page, 'desktop-empty')
    await page.getByRole('button', { name: 'Generate' }).click()
    await page.getByText(/Step [2-7] of 8/).waitFor()
    expect(await page.locator('#frame img').getAttribute('src')).toMatch(/^data:image\/png/)
    await shoot(page, 'desktop-running')
    await page.getByRole('link', { name: 'Download' }).waitFor()
    expect(await page.locator('#frame img').getAttribute('src')).toMatch(/^\/artifacts\//)
    await page.getByText('Recipe').click()
    expect(JSON.parse(await page.locator('#recipe').innerText())).toMatchObject({ seed: '7', sampler: { name: 'euler-ancestral' }, steps: 8, format: 'webp', quality: 80 })
    await page.locator('#recent img').first().waitFor()
    await shoot(page, 'desktop-done')
    expect([...hosts]).toEqual(own())
    expect(trouble).toEqual([])
    await page.close()
  })
  test('a model is taken out of memory, and a recipe comes from a file', async () => {
    const { page, trouble } = await open('/', { viewport: { width: 375, height: 740 } })
    await page.getByRole('button', { name: 'Unload model' }).click()
    await page.getByText(/loading unet, \d+%/).waitFor()
    await shoot(page, 'phone-loading')
    await page.getByText('in memory on cpu').waitFor()
    const { id: picture } = await (await fetch(`${server.url}/uploads`, { method: 'POST', body: await sharp({ create: { width: 8, height: 8, channels: 3, background: '#d33' } }).png().toBuffer() as Uint8Array<ArrayBuffer> })).json() as { id: string }
    const recipe = { model: 'toy64', seed: '42', steps: 5, guidanceScale: 3, format: 'avif', quality: 70, sampler: { name: 'ddim', options: {} }, conditioners: [{ name: 'text', options: { prompt: 'a boat', negativePrompt: 'rain' } }] }
    await page.locator('#file').setInputFiles({ name: 'boat.avif', mimeType: 'image/avif', buffer: Buffer.from(JSON.stringify(recipe)) })
    await page.waitForFunction("document.querySelector('[name=seed]').value === '42'")
    expect(await page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")).toMatchObject({ prompt: 'a boat', negativePrompt: 'rain', seed: '42', steps: '5', format: 'AVIF', quality: '70', sampler: 'ddim' })
    expect(await page.locator('#rest').isHidden()).toBe(true)
    const further = { ...recipe, width: 96, height: 64, sampler: { name: 'ddim', options: { eta: 0.25 } }, conditioners: [...recipe.conditioners, { name: 'image-to-image', options: { picture, strength: 0.5 } }] }
    await page.locator('#file').setInputFiles({ name: 'boat.avif', mimeType: 'image/avif', buffer: Buffer.from(JSON.stringify(further)) })
    await page.getByText('Also from the recipe: image-to-image, 96 × 64.').waitFor()
    await shoot(page, 'phone-from-file')
    await page.getByLabel('Prompt', { exact: true }).fill('a ship')
    await page.evaluate("document.querySelector('[name=negativePrompt]').value = ''")
    await page.getByRole('button', { name: 'Generate' }).click()
    await page.getByRole('link', { name: 'Download' }).waitFor()
    await page.getByText('Recipe', { exact: true }).click()
    expect(JSON.parse(await page.locator('#recipe').innerText())).toMatchObject({
      seed: '42', steps: 5, width: 96, height: 64, sampler: { name: 'ddim', options: { eta: 0.25 } },
      conditioners: [{ name: 'text', options: { prompt: 'a ship', negativePrompt: null } }, { name: 'image-to-image', options: { picture, strength: 0.5 } }],
    })
    await page.getByRole('button', { name: 'Leave it out' }).click()
    await page.getByRole('button', { name: 'Generate', exact: true }).click()
    await page.locator('#recipe', { hasText: '"width": 64' }).waitFor({ state: 'attached' })
    expect(JSON.parse(await page.locator('#recipe').textContent() ?? '')).toMatchObject({ seed: '42', conditioners: [{ name: 'text', options: { prompt: 'a ship' } }] })
    await page.locator('#file').setInputFiles({ name: 'far.png', mimeType: 'image/png', buffer: Buffer.from(JSON.stringify({ ...recipe, model: 'far' })) })
    await page.getByRole('alert').getByText('"far", which this server has not').waitFor()
    await page.locator('#file').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('nothing') })
    await page.getByRole('alert').getByText('holds no recipe').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375)
    expect(trouble.filter(t => !t.includes('422'))).toEqual([])
    await page.close()
  })
  test('what is wrong is said, and the field is marked', async () => {
    const { page } = await open('/', { viewport: { width: 375, height: 740 }, colorScheme: 'dark' })
    await page.getByLabel('Steps').fill('0')
    await page.getByRole('button', { name: 'Generate' }).click()
    await page.getByRole('alert').getByText('steps must be a whole number from 1 to 1000').waitFor()
    expect(await page.getByLabel('Steps').getAttribute('aria-invalid')).toBe('true')
    await shoot(page, 'phone-dark-problem')
    await page.getByLabel('Steps').fill('30')
    await page.getByRole('button', { name: 'Generate' }).click()
    await page.getByText(/Step [3-9] of 30/).waitFor()
    await shoot(page, 'phone-dark-running')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375)
    await page.close()
  })
  test('GraphiQL runs a query and a subscription, and loads nothing from elsewhere', async () => {
    const { page, hosts, trouble } = await open('/graphiql/', { viewport: { width: 1280, height: 800 } })
    await page.locator('.graphiql-query-editor .view-lines').waitFor()
    await page.getByRole('button', { name: /Execute query/ }).click()
    await page.getByRole('menuitem', { name: 'Generate' }).click()
    await page.locator('.result-window').getByText('"QUEUED"').waitFor()
    const [id] = [...services.generations.keys()].slice(-1)
    const subscription = `subscription { generationEvents(id: "${id}", previewEvery: 0) { __typename sequence } }`
    const other = await open(`/graphiql/?query=${encodeURIComponent(subscription)}`)
    await other.page.locator('.graphiql-query-editor .view-lines').waitFor()
    await other.page.getByRole('button', { name: /Execute query/ }).click()
    await other.page.locator('.result-window').getByText('"SucceededEvent"').waitFor()
    await shoot(other.page, 'graphiql')
    expect([...new Set([...hosts, ...other.hosts])]).toEqual(own())
    expect([...trouble, ...other.trouble]).toEqual([])
  })
  test('the explorer is built', () => expect(existsSync(rootFile('dist/graphiql/index.html'))).toBe(true))
})
