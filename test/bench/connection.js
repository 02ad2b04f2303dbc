import { connect } from 'node:net'

/**
 * One keep-alive connection, one request at a time: as little HTTP as it takes, so that the generator is not what is
 * measured. `send(body)` resolves with the status and the answer's JSON, and rejects when the connection breaks.
 */
export async function openConnection ({ port, contentType, contentEncoding }) {
  let waiting
  let read = ''
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => { socket.once('connect', resolve).once('error', reject) })
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    read += chunk.latin1Slice()
    const end = read.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: *(\d+)/i.exec(read)[1])
    if (read.length < end + 4 + length) return
    const answer = { status: Number(read.slice(9, 12)), result: JSON.parse(read.slice(end + 4)) }
    read = ''
    waiting.resolve(answer)
  })
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')))
  socket.on('error', (error) => waiting?.reject(error))
  const head = `POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nuser-agent: bench\r\ncontent-type: ${contentType}\r\n${contentEncoding === undefined ? '' : `content-encoding: ${contentEncoding}\r\n`}content-length: `

  return {
    send (body) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.cork()
        socket.write(`${head}${body.length}\r\n\r\n`, 'latin1')
        socket.write(body)
        socket.uncork()
      })
    },
    close () {
      waiting = undefined
      socket.destroy()
    }
  }
}
