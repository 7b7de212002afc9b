/** Reads server-sent events from a response, with the bytes as they come. */
export interface ServerEvent { readonly event: string; readonly data: string }

export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop()!
      for (const block of blocks) {
        const field = (name: string) => block.split('\n').filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).replace(/^ /, '')).join('\n')
        if (field('event')) yield { event: field('event'), data: field('data') }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined) // the connection may be gone already
  }
}
