import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { idxDataset, mnist } from '@hillock/datasets'
import { whereFound } from '@hillock/testing'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { folderOf, gzip, idx, removeFolders, smallFiles, smallSource } from './files.ts'
import { softmaxAccuracy } from './softmax.ts'

const error = (code: string, ...patterns: RegExp[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(patterns.map((p) => `(?=.*${p.source})`).join(''), 's')),
  })
const real = process.env.HILLOCK_DATA
const source = smallSource('https://mirror.invalid/')
const offline = { download: false }

let cache = ''
beforeEach(async () => {
  cache = await folderOf({})
  process.env.XDG_CACHE_HOME = cache
  delete process.env.HILLOCK_DATA
})

afterAll(removeFolders)

describe('files in folders', () => {
  test('are found in data, in a folder of the name inside it, in HILLOCK_DATA and in the cache', async () => {
    const flat = await folderOf(smallFiles())
    const named = await folderOf(smallFiles(), 'small')
    const first = await idxDataset(source, { data: flat, ...offline })
    expect(first).toMatchObject({ name: 'small', shape: [3, 4], classes: 10, source: flat })
    expect(first.train).toMatchObject({ count: 20, features: 12 })
    expect(first.test).toMatchObject({ count: 10, features: 12 })
    expect((await idxDataset(source, { data: named, ...offline })).source).toBe(join(named, 'small'))
    process.env.HILLOCK_DATA = named
    expect((await idxDataset(source, offline)).source).toBe(join(named, 'small'))
    expect((await idxDataset(source, { data: flat, ...offline })).source).toBe(flat)
    delete process.env.HILLOCK_DATA
    process.env.XDG_CACHE_HOME = await folderOf(smallFiles(), 'hillock/small')
    expect((await idxDataset(source, offline)).source).toMatch(/hillock.small$/)
  })

  test('may be unzipped and may have a dot in their name', async () => {
    const data = await folderOf({
      ...smallFiles(),
      'train-images.idx3-ubyte': idx([20, 3, 4]),
      't10k-labels-idx1-ubyte': idx([10], 10),
    })
    await expect(idxDataset(source, { data, ...offline })).resolves.toHaveProperty('train.count', 20)
  })

  test('limit and validation share out the training set', async () => {
    const data = await folderOf(smallFiles())
    const set = await idxDataset(source, { data, limit: 15, validation: 5, ...offline })
    expect([set.train.count, set.validation?.count, set.test.count]).toEqual([10, 5, 10])
    const range = error('HILLOCK_RANGE', /limit is 21/)
    await expect(idxDataset(source, { data, limit: 21, ...offline })).rejects.toEqual(range)
  })

  test('that are nowhere: says where it looked and what to do', async () => {
    const data = await folderOf({})
    const where = [new RegExp(data), new RegExp(cache), /train-images-idx3-ubyte\.gz/, /HILLOCK_DATA/]
    await expect(idxDataset(source, { data, ...offline })).rejects.toEqual(error('HILLOCK_DATA_MISSING', ...where))
    const nowhere = join(data, 'nowhere')
    await expect(idxDataset(source, { data: nowhere })).rejects.toEqual(
      error('HILLOCK_DATA_MISSING', /no folder.*nowhere/),
    )
    const file = join(await folderOf(smallFiles()), 'train-images-idx3-ubyte.gz')
    for (const [place, found] of [
      [file, /is a file, not a folder/],
      [join(file, 'x'), /cannot be read: a file is where a folder is to be/],
    ] as const) {
      await expect(idxDataset(source, { data: place })).rejects.toEqual(error('HILLOCK_DATA_MISSING', found))
    }
  })

  test('of which some are missing: says which', async () => {
    const { 't10k-labels-idx1-ubyte.gz': _, ...three } = smallFiles()
    const missing = error('HILLOCK_DATA_MISSING', /lacks t10k-labels-idx1-ubyte\.gz/)
    await expect(idxDataset(source, { data: await folderOf(three) })).rejects.toEqual(missing)
  })

  test.each([
    [
      'cut short',
      { 't10k-images-idx3-ubyte.gz': gzip(idx([10, 3, 4])).slice(0, -9) },
      /t10k-images-idx3-ubyte\.gz is not valid gzip: it is cut short/,
    ],
    ['labels for images', { 'train-images-idx3-ubyte.gz': gzip(idx([20], 10)) }, /train-images.*holds labels/],
    ['another shape', { 't10k-images-idx3-ubyte.gz': gzip(idx([10, 4, 4])) }, /t10k-images.*4x4.*3x4/],
    ['too few labels', { 'train-labels-idx1-ubyte.gz': gzip(idx([19], 10)) }, /train-labels.*19 labels for the 20/],
    ['unknown labels', { 'train-labels-idx1-ubyte.gz': gzip(idx([20], 12)) }, /train-labels.*label 10 at 10/],
  ])('that do not hold together are refused by name: %s', async (_, change, pattern) => {
    const data = await folderOf({ ...smallFiles(), ...change })
    await expect(idxDataset(source, { data })).rejects.toEqual(error('HILLOCK_DATA_DAMAGED', pattern))
  })

  test('with training and test set swapped are refused', async () => {
    const files = smallFiles()
    const swapped = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name.startsWith('t10k') ? name.replace('t10k', 'train') : name.replace('train', 't10k'),
        bytes,
      ]),
    )
    const data = await folderOf(swapped)
    await expect(idxDataset(source, { data })).rejects.toEqual(error('HILLOCK_DATA_DAMAGED', /labels of the test set/))
  })

  test('of another data set are passed over', async () => {
    const data = join(await folderOf(smallFiles(), 'kmnist'), 'kmnist')
    await expect(mnist({ data, ...offline })).rejects.toEqual(error('HILLOCK_DATA_MISSING', /mnist: not found/))
    await expect(mnist({ data, dataset: 'kmnist', ...offline })).resolves.toHaveProperty('name', 'kmnist')
  })

  test('an unknown data set is refused', async () => {
    await expect(mnist({ dataset: 'toString' as 'mnist' })).rejects.toEqual(error('HILLOCK_OPTION', /one of: mnist/))
  })
})

describe('download', () => {
  let server: Server
  let files = smallFiles()
  let asked: string[] = []
  const get = () => idxDataset(smallSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
  const kept = () => readdir(join(cache, 'hillock', 'small')).catch(() => [])

  beforeEach(async () => {
    files = smallFiles()
    asked = []
    server = createServer((request, response) => {
      const name = request.url!.slice(1)
      asked.push(name)
      const body = files[name]
      response.writeHead(body === undefined ? 404 : 200).end(body)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  })
  afterEach(() => new Promise((closed) => server.close(closed)))

  test('brings the four files once, and reports how far it is', async () => {
    const seen: string[] = []
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const set = await idxDataset(smallSource(address), { progress: (p) => p.bytes === p.total && seen.push(p.file) })
    expect(set.train.count).toBe(20)
    expect(seen).toEqual(Object.keys(files))
    expect((await kept()).sort()).toEqual(Object.keys(files).sort())
    await get()
    expect(asked).toEqual(Object.keys(files))
  })

  test.each([
    ['another file', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)), /SHA-256/],
    ['a file cut short', (bytes: Uint8Array) => bytes.slice(0, -1), /bytes, not/],
    ['a file too long', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0]), /has more than its/],
  ])('refuses %s and keeps nothing of it', async (_, change, pattern) => {
    const name = 't10k-images-idx3-ubyte.gz'
    files[name] = new Uint8Array(change(files[name]!))
    await expect(get()).rejects.toEqual(error('HILLOCK_DATA_DAMAGED', /t10k-images/, pattern, /HILLOCK_DATA/))
    expect((await kept()).sort()).toEqual(['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])
    files = smallFiles()
    await expect(get()).resolves.toHaveProperty('test.count', 10)
    expect(asked.filter((file) => file.startsWith('train-'))).toHaveLength(2)
  })

  test('stops when told, at any moment, with the reason and no part of a file', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const reason = new Error('enough')
    await expect(idxDataset(smallSource(address), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(asked).toEqual([])
    for (const stopAt of [1, 2, 3, 4]) {
      const controller = new AbortController()
      let received = 0
      const progress = ({ bytes, total }: { bytes: number; total: number }) => {
        if (bytes === total && ++received === stopAt) controller.abort(reason)
      }
      cache = await folderOf({})
      process.env.XDG_CACHE_HOME = cache
      const { signal } = controller
      await expect(idxDataset(smallSource(address), { signal, progress })).rejects.toBe(reason)
      expect((await kept()).sort()).toEqual([...Object.keys(files)].slice(0, stopAt - 1).sort())
    }
  })

  test('says that a file is not on the server, and how to do without', async () => {
    delete files['train-labels-idx1-ubyte.gz']
    const missing = error('HILLOCK_DATA_MISSING', /not found in/, /train-labels.*answered 404/, /in a folder/)
    await expect(get()).rejects.toEqual(missing)
  })

  test('says that there is no connection', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const missing = error('HILLOCK_DATA_MISSING', /no connection/, /storage\.googleapis\.com/, /HILLOCK_DATA/)
    await expect(mnist({ fetch, waits: [] })).rejects.toEqual(missing)
  })

  test('by several at once, each has the files, and nothing else is left', async () => {
    const sets = await Promise.all([get(), get(), get()])
    expect(sets.map(({ train }) => train.count)).toEqual([20, 20, 20])
    expect((await kept()).sort()).toEqual(Object.keys(files).sort())
  })

  test('removes what was left of an earlier one long ago', async () => {
    const folder = join(cache, 'hillock', 'small')
    await mkdir(folder, { recursive: true })
    const parts = ['train-labels-idx1-ubyte.gz.old.part', 'train-labels-idx1-ubyte.gz.new.part', 'other.part']
    for (const name of parts) await writeFile(join(folder, name), '')
    await utimes(join(folder, parts[0]!), 0, 0)
    await utimes(join(folder, parts[2]!), 0, 0)
    await get()
    expect((await kept()).filter((name) => name.endsWith('.part')).sort()).toEqual(parts.slice(1).sort())
  })

  test('says that the cache cannot be written to, and asks for nothing', async () => {
    await writeFile(join(cache, 'file'), '')
    for (const [place, reason] of [
      [join(cache, 'file'), /a file is where a folder is to be/],
      ['/proc/hillock', /cannot be written: it is not there/],
    ] as const) {
      process.env.XDG_CACHE_HOME = place
      await expect(get()).rejects.toEqual(
        error('HILLOCK_DATA_MISSING', /small: not found in/, reason, /XDG_CACHE_HOME/),
      )
    }
    expect(asked).toEqual([])
  })

  test('says what stands where a file belongs', async () => {
    await mkdir(join(cache, 'hillock', 'small', 'train-images-idx3-ubyte.gz'), { recursive: true })
    const folder = error(
      'HILLOCK_DATA_MISSING',
      /train-images-idx3-ubyte\.gz cannot be read: it is a folder/,
      /Move it away/,
    )
    await expect(get()).rejects.toEqual(folder)
  })

  test('checks what is in the cache', async () => {
    process.env.XDG_CACHE_HOME = await folderOf(
      { ...smallFiles(), 'train-labels-idx1-ubyte.gz': gzip(idx([20], 9)) },
      'hillock/small',
    )
    await expect(get()).rejects.toEqual(error('HILLOCK_DATA_DAMAGED', /train-labels/, /Delete it/))
  })
})

const need = { found: real !== undefined, missing: 'HILLOCK_DATA is not set', optional: true }

whereFound('real MNIST', need, () => {
  test('has its counts, its first labels and its mean', async () => {
    const data = await mnist({ data: real, validation: 10000 })
    expect([data.train.count, data.validation?.count, data.test.count]).toEqual([50000, 10000, 10000])
    expect(Array.from(data.test.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    let sum = 0
    for (const set of [data.train, data.validation!]) for (const value of set.images) sum += value
    expect(sum / (60000 * 784)).toBeCloseTo(0.1307, 4)
  })

  test('can be learned', async () => {
    const data = await mnist({ data: real, limit: 5000 })
    expect(softmaxAccuracy(data.train, data.test, 3)).toBeGreaterThan(0.85)
  })
})
