/** The small page: a form, the stream of steps, the picture. Everything goes through the public API and its client. */
import { connect } from '/client/index.js'

const client = connect(location.origin)
const $ = id => document.getElementById(id)
const form = $('form')
let models = []
let running

const listing = `{
  models { name summary isDefault problem defaults { steps guidanceScale } }
  samplers { name summary presetOf }
  runtime { threads devices { device available chosen } }
}`
const recentQuery = '{ generations(first: 12, filter: { status: [SUCCEEDED] }) { nodes { id prompt modelName steps seed width height guidanceScale recipe sampler { name } artifacts { url downloadUrl width height } } } }'

async function list() {
  const { models: all, samplers, runtime } = await client.request(listing)
  models = all
  form.model.replaceChildren(...all.map(m => option(m.name, m.problem ? `${m.name} (damaged)` : m.name, { title: m.problem ?? m.summary, disabled: !!m.problem, selected: m.isDefault })))
  form.sampler.append(...samplers.map(s => option(s.name, s.name, { title: s.summary })))
  const device = runtime.devices.find(d => d.chosen && d.available)
  $('runtime').textContent = device ? `runs on ${device.device}, ${runtime.threads} thread${runtime.threads === 1 ? '' : 's'}` : 'no worker is running'
  showDefaults()
}

const option = (value, text, more = {}) => Object.assign(document.createElement('option'), { value, textContent: text, ...more })

function showDefaults() {
  const model = models.find(m => m.name === form.model.value)
  for (const name of ['steps', 'guidanceScale']) form[name].placeholder = model ? String(model.defaults[name]) : ''
}

/** What the form says; what is left empty is left to the model. */
function input() {
  const { prompt, negativePrompt, model, sampler, steps, guidanceScale, seed } = Object.fromEntries(new FormData(form))
  return {
    prompt: prompt.trim() || form.prompt.placeholder,
    ...(negativePrompt.trim() && { negativePrompt: negativePrompt.trim() }),
    ...(model && { model }), ...(sampler && { sampler: { plugin: { name: sampler } } }),
    ...(steps && { steps: Number(steps) }), ...(guidanceScale && { guidanceScale: Number(guidanceScale) }), ...(seed.trim() && { seed: seed.trim() }),
  }
}

async function make() {
  clearProblem()
  setBusy(true)
  $('caption').hidden = true
  stage('Asking …')
  try {
    const generation = await client.generate(input())
    running = generation.id
    for await (const event of client.follow(generation.id, { previewEvery: 1 })) shown[event.__typename]?.(event, generation)
    await recent()
  } catch (error) {
    problem(error)
  } finally {
    running = undefined
    setBusy(false)
  }
}

const shown = {
  QueuedEvent: ({ position }) => stage(position ? `${position} before this one` : 'Waiting for a worker …'),
  LoadingEvent: ({ part }) => stage(`Loading ${part} …`),
  StartedEvent: ({ device, sampler }) => stage(`Started on ${device} with ${sampler}`),
  StepEvent({ index, total, percent, etaMilliseconds, preview }) {
    stage(total ? `Step ${index + 1} of ${total}` : `Step ${index + 1}`, percent, etaMilliseconds)
    if (preview) pictures([preview], 'Preview')
  },
  DecodingEvent: () => stage('Decoding …', 100),
  SucceededEvent: ({ artifacts }, generation) => finished({ ...generation, artifacts }),
  CancelledEvent: () => stage('Cancelled'),
  FailedEvent: problem,
}

function stage(text, percent, eta) {
  $('progress').hidden = false
  $('stage').textContent = text
  $('eta').textContent = eta ? `${eta < 950 ? 'under a second' : `${Math.round(eta / 1000)} s`} left` : ''
  const bar = $('progress').querySelector('progress')
  if (percent == null) bar.removeAttribute('value')
  else bar.value = percent
}

function pictures(urls, alt) {
  const frame = $('frame')
  const images = [...frame.querySelectorAll('img')]
  if (images.length === urls.length) images.forEach((image, i) => Object.assign(image, { src: urls[i], alt }))
  else frame.replaceChildren(...urls.map(src => Object.assign(new Image(), { src, alt, onload: sharpen })))
  frame.classList.toggle('many', urls.length > 1)
}

/** Small pictures are shown with their pixels rather than blurred; previews of a few pixels better blurred. */
function sharpen() { $('frame').classList.toggle('small', this.naturalWidth > 32 && this.naturalWidth <= 128) }

function finished(generation) {
  const { artifacts, prompt, recipe, seed, steps, guidanceScale, modelName, sampler } = generation
  pictures(artifacts.map(a => a.url), prompt || 'The picture')
  $('progress').hidden = true
  $('caption').hidden = false
  $('what').textContent = prompt
  $('facts').textContent = [modelName, sampler?.name, `${steps} steps`, `guidance ${guidanceScale}`, `seed ${seed}`].filter(Boolean).join(' · ')
  $('download').href = artifacts[0].downloadUrl
  $('recipe').textContent = JSON.stringify(recipe, null, 2)
  $('again').onclick = () => { fill(generation); form.seed.value = ''; make() }
}

function fill({ prompt, modelName, sampler, steps, guidanceScale, seed, recipe }) {
  const text = recipe.conditioners?.find(c => c.name === 'text')?.options
  Object.assign(form.prompt, { value: prompt ?? '' })
  form.negativePrompt.value = text?.negativePrompt ?? ''
  form.model.value = modelName
  form.sampler.value = sampler?.name ?? ''
  Object.assign(form.steps, { value: steps })
  Object.assign(form.guidanceScale, { value: guidanceScale })
  form.seed.value = seed
}

function problem({ message, code, field }) {
  const box = $('problem')
  box.replaceChildren(message, ...(code ? [' ', Object.assign(document.createElement('code'), { textContent: code })] : []))
  box.hidden = false
  $('progress').hidden = true
  const control = field && form.elements[field.split('.')[0]]
  if (control?.setAttribute) { control.setAttribute('aria-invalid', 'true'); control.setAttribute('aria-describedby', 'problem'); control.focus() }
}

function clearProblem() {
  $('problem').hidden = true
  for (const control of form.querySelectorAll('[aria-invalid]')) { control.removeAttribute('aria-invalid'); control.removeAttribute('aria-describedby') }
}

function setBusy(busy) {
  $('generate').disabled = busy
  $('generate').textContent = busy ? 'Generating …' : 'Generate'
  $('cancel').hidden = !busy
  $('result').setAttribute('aria-busy', String(busy))
  if (busy && matchMedia('(max-width: 50rem)').matches) $('result').scrollIntoView({ block: 'start' })
}

async function recent() {
  const { generations } = await client.request(recentQuery)
  $('recent').hidden = !generations.nodes.length
  $('recent').querySelector('ul').replaceChildren(...generations.nodes.filter(g => g.artifacts.length).map(generation => {
    const button = Object.assign(document.createElement('button'), { type: 'button', title: generation.prompt ?? '' })
    button.append(Object.assign(new Image(), { src: generation.artifacts[0].url, alt: generation.prompt || 'A picture', loading: 'lazy' }))
    button.onclick = () => { if (!running) { finished(generation); fill(generation); clearProblem(); $('result').scrollIntoView({ block: 'nearest' }) } }
    const item = document.createElement('li')
    item.append(button)
    return item
  }))
}

form.addEventListener('submit', event => { event.preventDefault(); if (!running) make() })
form.prompt.addEventListener('keydown', event => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit() })
form.model.addEventListener('change', showDefaults)
$('dice').onclick = () => { form.seed.value = ''; form.seed.focus() }
$('cancel').onclick = () => running && client.cancel(running).catch(problem)
$('copy').onclick = async () => { await navigator.clipboard.writeText($('recipe').textContent); $('copy').textContent = 'Copied'; setTimeout(() => { $('copy').textContent = 'Copy' }, 1500) }
list().then(recent).catch(problem)
