import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Events } from '@hillock/core/backend'
import { frames, readShd, shd, ssc } from '@hillock/datasets'
import { afterAll, expect, test } from '@jest/globals'

const folder = join(process.env.HILLOCK_DATA ?? '', 'events')
const present = process.env.HILLOCK_DATA !== undefined && existsSync(join(folder, 'shd_like.h5'))
const recorded = present ? test : test.skip
const why = present ? '' : ' (skipped: HILLOCK_DATA has no folder events)'
const copies = mkdtempSync(join(tmpdir(), 'hillock-shd-'))
afterAll(() => rmSync(copies, { recursive: true }))

const damaged = (name: string) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(`^${name} `) })
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

for (const name of ['shd_like.h5', 'shd_like_chunked.h5'])
  recorded(`${name} holds what h5py reads in it${why}`, async () => {
    const file = await readShd(readFileSync(join(folder, name)), { name })
    const all = Array.from({ length: file.count }, (_, row) => file.recording(row))
    expect(all.map(({ t }) => t.length).slice(0, 8)).toEqual([192, 293, 338, 299, 108, 0, 350, 299])
    expect([file.count, file.labels.slice(0, 8), file.speakers.slice(0, 8), file.keys.length, file.keys[1]]).toEqual([
      24,
      [7, 7, 8, 8, 8, 11, 11, 0],
      [7, 6, 11, 10, 8, 1, 10, 11],
      20,
      'digit 1',
    ])
    expect(Array.from(all[0]!.t.slice(0, 3))).toEqual([0.0198516845703125, 0.0247344970703125, 0.03765869140625])
    expect(Array.from(all[0]!.x.slice(0, 3))).toEqual([547, 77, 21])
    expect([sum(all.map(({ x }) => x.length)), sum(all.map(({ x }) => sum(x)))]).toEqual([4786, 1672078])
    expect(sum(all.map(({ t }) => sum(t)))).toBeCloseTo(1923.421758, 6)
    const cells = all.map(
      (list) =>
        frames({ steps: 100, dt: 14e-3, polarity: false }).encode([list], { width: 700, height: 1 }, [0]) as Events,
    )
    const { start } = cells[0]!
    expect(Array.from({ length: 12 }, (_, t) => start[t + 1]! - start[t]!)).toEqual([
      0, 2, 2, 6, 4, 6, 0, 2, 3, 4, 2, 5,
    ])
    expect(sum(cells.map(({ index }) => index.length))).toBe(4763)
  })

recorded(`shd and ssc come from folders; validation is on speakers that are not trained on${why}`, async () => {
  for (const part of ['shd_train', 'shd_test', 'ssc_train', 'ssc_valid', 'ssc_test'])
    copyFileSync(join(folder, 'shd_like.h5'), join(copies, `${part}.h5`))
  const { speakers } = await readShd(readFileSync(join(folder, 'shd_like.h5')))
  const said = (wanted: readonly number[]) => speakers.filter((speaker) => wanted.includes(speaker)).length
  const data = await shd({ data: copies })
  expect([data.shape, data.steps, data.classes, data.test.count]).toEqual([[1, 700, 1], 100, 20, 24])
  expect(data.validation!.count).toBe(said([10, 11]))
  expect(data.train.count + data.validation!.count).toBe(24)
  expect((await shd({ data: copies, heldOut: [7] })).validation!.count).toBe(said([7]))
  expect((await shd({ data: copies, heldOut: [99] })).validation).toBeUndefined()
  const words = await ssc({ data: copies, limit: 5 })
  expect([words.train.count, words.validation!.count, words.classes]).toEqual([5, 24, 35])
  const { start } = (await words.train.read([0, 1])) as Events
  expect(start).toHaveLength(201)
})

recorded(`a file that is cut short is refused by its name, wherever it is cut${why}`, async () => {
  const whole = readFileSync(join(folder, 'shd_like.h5'))
  let refused = 0
  for (let length = 0; length < whole.length - 1; length += 487) {
    try {
      const { count, recording } = await readShd(whole.subarray(0, length), { name: 'cut.h5' })
      for (let row = 0; row < count; row++) recording(row)
    } catch (error) {
      expect(error).toEqual(damaged('cut.h5'))
      refused++
    }
  }
  expect(refused).toBe(Math.ceil((whole.length - 1) / 487))
})

test('what is no HDF5 is refused by its name, and folders without files are named', async () => {
  await expect(readShd(Uint8Array.of(1, 2, 3), { name: 'a.h5' })).rejects.toThrow(damaged('a.h5'))
  await expect(readShd(new Uint8Array(4096), { name: 'b.h5' })).rejects.toThrow(damaged('b.h5'))
  await expect(shd({ data: tmpdir(), download: false })).rejects.toThrow(
    expect.objectContaining({ code: 'HILLOCK_DATA_MISSING' }),
  )
  await expect(ssc({ data: tmpdir(), heldOut: [] } as never)).rejects.toThrow(
    expect.objectContaining({ code: 'HILLOCK_OPTION' }),
  )
})
