import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { nMnist } from '@hillock/datasets'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Archive, bringArchives } from '../src/archives.ts'
import { zipEntries } from '../src/zip.ts'
import { folderOf, removeFolders } from './files.ts'

/** A zip file; what is in a folder `packed` is deflated. */
function zip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const [name, bytes] of Object.entries(files)) {
    const method = name.includes('packed') ? 8 : 0
    const body = method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(body.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name)])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.of(20, 0), fields, place, Buffer.from(name)]))
    bodies.push(head, body)
    at += head.length + body.length
  }
  const all = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(directory.length, 6)
  end.writeUInt32LE(all.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...bodies, all, Buffer.from('PK\x05\x06'), end])
}

const ones = new Uint8Array(5000).fill(1)
const some = zip({ 'a/': new Uint8Array(0), 'a/b.txt': Buffer.from('plain'), 'packed/c': ones })
const damaged = expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED' })
afterAll(removeFolders)

describe('a zip file', () => {
  test('is read where it lies: what is stored, and what is deflated', async () => {
    const folder = await folderOf({ 'some.zip': some })
    const entries = await zipEntries(join(folder, 'some.zip'))
    expect(entries.map(({ name }) => name)).toEqual(['a/', 'a/b.txt', 'packed/c'])
    expect(Buffer.from(await entries[1]!.read()).toString()).toBe('plain')
    expect(Buffer.from(await entries[2]!.read()).equals(ones)).toBe(true)
  })

  test('that is cut short or damaged gives coded errors', async () => {
    const folder = await folderOf({ 'cut.zip': some.subarray(0, -40), 'none.zip': Buffer.from('no zip file') })
    for (const name of ['cut.zip', 'none.zip']) await expect(zipEntries(join(folder, name))).rejects.toEqual(damaged)
    const path = join(folder, 'one.zip')
    let refused = 0
    for (let at = 0; at < some.length; at++) {
      await writeFile(
        path,
        some.map((byte, i) => (i === at ? byte ^ 0xff : byte)),
      )
      try {
        for (const { read } of await zipEntries(path)) expect((await read()).length).toBeLessThan(1e6)
      } catch (error) {
        expect(['HILLOCK_DATA_DAMAGED', 'HILLOCK_UNSUPPORTED']).toContain((error as { code: string }).code)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(40)
  })
})

describe('archives', () => {
  let server: Server
  let asked: (string | undefined)[] = []
  let breaks = 0
  beforeEach(async () => {
    asked = []
    server = createServer(({ headers }, response) => {
      asked.push(headers.range)
      const from = Number(/\d+/.exec(headers.range ?? '0')![0])
      const half = some.length >> 1
      const range = {
        'content-range': `bytes ${from}-${some.length - 1}/${some.length}`,
        'content-length': some.length - from,
      }
      response.writeHead(headers.range ? 206 : 200, range)
      if (breaks-- > 0) response.write(some.subarray(from, half), () => response.destroy())
      else response.end(some.subarray(from))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  })
  afterEach(() => new Promise((closed) => server.close(closed)))

  const archive = (sum: Archive['sum']): Archive => ({
    name: 'some.zip',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some`,
    sum,
  })
  const sumOf = (kind: string) => createHash(kind).update(some).digest('hex')

  test.each(['sha256', 'md5'] as const)(
    'are written as they come, go on where they broke off, and are checked by %s',
    async (kind) => {
      const folder = await folderOf({})
      breaks = 1
      const totals: number[] = []
      const options = { waits: [0], progress: ({ total }: { total: number }) => totals.push(total) }
      const wanted = [archive({ [kind]: sumOf(kind) } as never)]
      await bringArchives(wanted, folder, options, '')
      expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
      expect(new Set(totals)).toEqual(new Set([some.length]))
      expect(await readdir(folder)).toEqual(['some.zip'])
      expect(some.equals(await readFile(join(folder, 'some.zip')))).toBe(true)
      await bringArchives(wanted, folder, options, '')
      expect(asked).toHaveLength(2)
    },
  )

  test('keep what came for the next time, and leave nothing of a wrong file', async () => {
    const folder = await folderOf({})
    breaks = 1
    const right = [archive({ md5: sumOf('md5') })]
    await expect(bringArchives(right, folder, { waits: [] }, '')).rejects.toEqual(
      expect.objectContaining({ code: 'HILLOCK_DATA_MISSING', message: expect.stringMatching(/connection broke/) }),
    )
    expect(await readdir(folder)).toEqual(['some.zip.part'])
    await bringArchives(right, folder, { waits: [] }, '')
    expect(asked[1]).toMatch(/^bytes=/)
    const other = await folderOf({})
    await expect(bringArchives([archive({ md5: 'f00' })], other, {}, '')).rejects.toEqual(
      expect.objectContaining({
        code: 'HILLOCK_DATA_DAMAGED',
        message: expect.stringMatching(/has the MD5 [0-9a-f]{32}, not f00/),
      }),
    )
    expect(await readdir(other)).toEqual([])
  })
})

test('N-MNIST is read out of its zip files, and its download is checked', async () => {
  const event = (digit: number) => Uint8Array.of(digit, 4, 0x80, 0, 100)
  const part = (name: string) =>
    zip(Object.fromEntries([7, 2].map((digit) => [`${name}/packed/${digit}/0000${digit}.bin`, event(digit)])))
  const data = await folderOf({ 'Train.zip': part('Train'), 'Test.zip': part('Test') }, 'n-mnist')
  const { train, test: tests } = await nMnist({ data, download: false })
  expect([[...train.labels], [...tests.labels]]).toEqual([
    [2, 7],
    [2, 7],
  ])
  expect((await train.recording(1)).x).toEqual(Uint16Array.of(7))
  process.env.XDG_CACHE_HOME = await folderOf({})
  const asked: string[] = []
  const fetch = async (address: string) => {
    asked.push(address)
    return new Response('another file')
  }
  await expect(nMnist({ data: await folderOf({}), fetch })).rejects.toEqual(damaged)
  expect(asked).toEqual([expect.stringMatching(/^https:\/\/data\.mendeley\.com\/.*\/39c25547/)])
})
