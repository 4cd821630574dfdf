import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type IdxOptions, idxDataset } from '@hillock/datasets'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { folderOf, removeFolders, smallFiles, smallSource } from './files.ts'

const files = smallFiles()
const name = 'train-images-idx3-ubyte.gz'
const whole = files[name]!
const half = whole.length >> 1

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const send: Answer = (_, response) => response.writeHead(200, { 'content-length': whole.length }).end(whole)

/** Half of the file, of which the server says that it is more: the rest does not come. */
const breakOff: Answer = (_, response) =>
  response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, half))

/** What a server answers that knows parts of files. */
const sendRest: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1])
  const range = { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }
  response.writeHead(206, range).end(whole.subarray(from))
}

const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end()

let server: Server
let folder = ''
/** What the server answers to one request for the file after another. */
let answers: Answer[] = []
/** The ranges that were asked for. */
let asked: (string | undefined)[] = []

beforeEach(async () => {
  const cache = await folderOf({}, 'hillock/small')
  process.env.XDG_CACHE_HOME = cache
  delete process.env.HILLOCK_DATA
  folder = join(cache, 'hillock', 'small')
  asked = []
  server = createServer((request, response) => {
    const wanted = request.url!.slice(1)
    if (wanted !== name) return void response.end(files[wanted])
    asked.push(request.headers.range)
    answers.shift()!(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
})
afterEach(() => {
  server.closeAllConnections()
  return new Promise((closed) => server.close(closed))
})
afterAll(removeFolders)

const mirror = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

/** Downloads; a connection breaks as soon as half of the file has come, where it gets no more. */
const get = (options: IdxOptions = {}, source = smallSource(mirror())) =>
  idxDataset(source, {
    waits: [0, 0],
    progress: ({ file, bytes }) => file === name && bytes === half && server.closeAllConnections(),
    ...options,
  })
const kept = async () => (await readdir(folder)).sort()
const all = Object.keys(files).sort()
const rest = `bytes=${half}-`

describe('a download that breaks off', () => {
  test.each<[string, Answer[], (string | undefined)[]]>([
    ['goes on from where it was', [breakOff, sendRest], [undefined, rest]],
    ['tries again after an error of the server', [status(503), status(429), send], [undefined, undefined, undefined]],
    ['keeps what it has through such an error', [breakOff, status(500), sendRest], [undefined, rest, rest]],
    ['starts anew where the server sends no parts', [breakOff, send], [undefined, rest]],
    ['starts anew where the server has no such part', [breakOff, status(416), send], [undefined, rest, undefined]],
    [
      'starts anew where another part comes',
      [breakOff, (_, to) => to.writeHead(206).end('?'), send],
      [undefined, rest, undefined],
    ],
  ])('%s', async (_, given, ranges) => {
    answers = [...given]
    await expect(get()).resolves.toHaveProperty('train.count', 20)
    expect(asked).toEqual(ranges)
    expect(await kept()).toEqual(all)
    expect(new Uint8Array(await readFile(join(folder, name)))).toEqual(whole)
  })

  test('gives up after its last try, and the next one goes on from there', async () => {
    answers = [breakOff, status(503), status(503), sendRest]
    await expect(get()).rejects.toMatchObject({
      code: 'HILLOCK_DATA_MISSING',
      message: expect.stringContaining('the server answered 503'),
    })
    expect(await kept()).toEqual([`${name}.part`])
    expect(new Uint8Array(await readFile(join(folder, `${name}.part`)))).toEqual(whole.subarray(0, half))
    await expect(get({ waits: [] })).resolves.toHaveProperty('train.count', 20)
    expect(asked).toEqual([undefined, rest, rest, rest])
    expect(await kept()).toEqual(all)
  })

  test('says how far it came, if it is tried once', async () => {
    answers = [breakOff]
    await expect(get({ waits: [] })).rejects.toMatchObject({
      code: 'HILLOCK_DATA_MISSING',
      message: expect.stringContaining(`the connection broke after ${half} of ${whole.length} bytes`),
    })
  })

  test('is not tried again where the file is not there', async () => {
    answers = [status(404)]
    await expect(get()).rejects.toMatchObject({ code: 'HILLOCK_DATA_MISSING' })
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['as it came', whole.map((byte) => byte ^ 1).subarray(0, half), [sendRest, send], [rest, undefined]],
    ['longer than the file', new Uint8Array(whole.length + 1), [send], [undefined]],
  ])('is received anew if what was left of it is not of this file, %s', async (_, left, given, ranges) => {
    answers = given
    await writeFile(join(folder, `${name}.part`), left)
    await expect(get({ waits: [] })).resolves.toHaveProperty('train.count', 20)
    expect(asked).toEqual(ranges)
    expect(await kept()).toEqual(all)
  })

  test('leaves nothing of a file that is another in the end', async () => {
    answers = [breakOff, sendRest, (_, to) => to.end(whole.map((byte) => byte ^ 1))]
    const other = smallSource(mirror())
    other.files.trainImages.sha256 = '0'.repeat(64)
    await expect(get({ waits: [0] }, other)).rejects.toMatchObject({ code: 'HILLOCK_DATA_DAMAGED' })
    expect(asked).toEqual([undefined, rest, undefined])
    expect(await kept()).toEqual([])
  })
})

describe('a download that is stopped', () => {
  const reason = new Error('enough')

  test('in the middle of a file keeps what has come, for the next one', async () => {
    answers = [breakOff, sendRest]
    const controller = new AbortController()
    const progress = () => controller.abort(reason)
    await expect(get({ signal: controller.signal, progress })).rejects.toBe(reason)
    expect(await kept()).toEqual([`${name}.part`])
    await expect(get()).resolves.toHaveProperty('train.count', 20)
    expect(asked).toEqual([undefined, rest])
    expect(await kept()).toEqual(all)
  })

  test('while it waits for its next try ends at once', async () => {
    answers = [status(503)]
    const controller = new AbortController()
    const fetch = async (...[address, options]: Parameters<typeof globalThis.fetch>) => {
      const response = await globalThis.fetch(address, options)
      setTimeout(() => controller.abort(reason), 20)
      return response
    }
    const { signal } = controller
    const begun = performance.now()
    await expect(get({ signal, waits: [60_000], fetch })).rejects.toBe(reason)
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(asked).toHaveLength(1)
  })
})
