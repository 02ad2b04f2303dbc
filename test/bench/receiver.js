import { createServer } from 'node:http'

/** Takes alerts as a downstream does, and knows for each host when its first `open` had arrived and how many came. */
export async function startReceiver () {
  const opened = new Map()
  let wake = () => {}
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const now = performance.now()
      for (const { event, host } of JSON.parse(Buffer.concat(chunks))) {
        if (event.action !== 'open') continue
        const number = Number(host.name.slice(3, 11))
        const known = opened.get(number)
        if (known === undefined) opened.set(number, { first: now, count: 1 })
        else known.count++
      }
      response.writeHead(200, { 'content-length': 0 }).end()
      wake()
    })
  })
  server.keepAliveTimeout = 600_000
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })

  return {
    port: server.address().port,
    opened,
    /** Resolves with whether `met()` became true within so many milliseconds. */
    async until (met, patience) {
      const timeout = AbortSignal.timeout(patience)
      while (!met() && !timeout.aborted) {
        await new Promise((resolve) => {
          wake = resolve
          timeout.addEventListener('abort', resolve, { once: true })
        })
      }
      return met()
    }
  }
}
