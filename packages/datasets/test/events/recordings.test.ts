import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EventList, readEvents } from '@hillock/datasets'
import { expect, test } from '@jest/globals'

const folder = join(process.env.HILLOCK_DATA ?? '', 'events')
const present = process.env.HILLOCK_DATA !== undefined && existsSync(join(folder, 'evt2.raw'))
const recorded = present ? test : test.skip
const why = present ? '' : ' (skipped: HILLOCK_DATA has no folder events)'

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
const at = ({ x, y, polarity, t }: EventList, i: number) => [x[i]!, y[i]!, polarity[i]!, t[i]!]
const read = (name: string) => readEvents(readFileSync(join(folder, name)), { name })
const said = (list: EventList, firsts: number) => ({
  events: list.t.length,
  on: sum(list.polarity),
  first: Array.from({ length: firsts }, (_, i) => at(list, i)),
  last: at(list, list.t.length - 1),
})

recorded(`recordings hold what others read in them${why}`, () => {
  const sample = read('sample_nmnist.bin')
  const first = [
    [7, 15, 1, 654],
    [19, 18, 0, 2999],
    [21, 17, 0, 3017],
  ]
  expect(said(sample, 3)).toEqual({ events: 4325, on: 2145, first, last: [21, 14, 1, 311175] })
  expect([sum(sample.x), sum(sample.y)]).toEqual([74457, 71931])
  const digits = [1, 2, 1000, 60001, 60100].map((i) => read(`nmnist_${i}.bs2`))
  expect(digits.map(({ t }) => t.length)).toEqual([4681, 5028, 3858, 3330, 4877])
  expect(digits.map((list) => at(list, 0))).toEqual([
    [18, 16, 1, 893],
    [10, 30, 1, 937],
    [19, 14, 1, 596],
    [7, 7, 1, 5087],
    [7, 15, 0, 381],
  ])
  expect(said(read('made_nmnist_overflow.bin'), 4)).toMatchObject({
    events: 5,
    first: [
      [3, 4, 1, 100],
      [5, 6, 0, 8000],
      [7, 8, 1, 8212],
      [9, 10, 0, 8222],
    ],
    last: [1, 2, 1, 16389],
  })
  const spoken = read('ntidigits_1.bs1')
  expect(said(spoken, 3)).toEqual({
    events: 898,
    on: 898,
    first: [
      [63, 0, 1, 0],
      [63, 0, 1, 1024],
      [63, 0, 1, 2304],
    ],
    last: [expect.any(Number), 0, 1, 1079040],
  })
  expect([spoken.width, spoken.height]).toEqual([64, 1])
  const gesture = read('sample.bs3')
  expect(said(gesture, 3)).toMatchObject({
    events: 63471,
    first: [
      [49, 82, 0, 28],
      [55, 92, 1, 38],
      [55, 92, 1, 39],
    ],
  })
  expect(gesture.t.at(-1)).toBe(1449996)
})

recorded(`and those of Prophesee and of AEDAT${why}`, () => {
  const cars = read('sample_ncars.dat')
  expect(said(cars, 3)).toEqual({
    events: 2009,
    on: 1350,
    first: [
      [25, 8, 0, 0],
      [67, 35, 0, 35],
      [56, 27, 1, 152],
    ],
    last: [75, 28, 1, 99952],
  })
  expect([sum(cars.x), sum(cars.y), cars.header.length]).toEqual([93457, 40463, 3])
  const street = read('evt2.raw')
  expect(said(street, 1)).toEqual({
    events: 521252,
    on: 185861,
    first: [[35, 443, 1, 913716224]],
    last: [12, 471, 0, 913812095],
  })
  expect([sum(street.x), sum(street.y), street.width, street.height]).toEqual([128979953, 216346680, 640, 480])
  const hash = (values: ArrayBufferView) =>
    createHash('sha3-224')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex')
      .slice(0, 16)
  expect([hash(BigUint64Array.from(street.t, BigInt)), hash(street.x), hash(street.y)]).toEqual([
    '9855ba39c1baea31',
    '93fc6cff19b483fd',
    '07cfaef58e5fa71c',
  ])
  const made = read('made_gesture.aedat')
  expect(said(made, 2)).toMatchObject({
    events: 599,
    on: 282,
    first: [
      [47, 97, 1, 1037],
      [10, 126, 1, 1073],
    ],
    last: [38, 31, 1, 2147485892],
  })
  expect([at(made, 300), sum(made.x), sum(made.y)]).toEqual([[59, 47, 1, 40842], 39285, 38567])
  expect(made.skipped).toEqual({ 'special events': 1, 'invalid events': 1 })
  const dv = read('sample.aedat4')
  // as the table at its own end counts them
  expect(dv.t).toHaveLength(111954)
  expect(dv.t.every((t, i) => i === 0 || t >= dv.t[i - 1]!)).toBe(true)
  const header = read('sample_aedat_header.aedat')
  expect([header.t.length, header.header[0], header.header.find((line) => line.includes('currentTimeMillis'))]).toEqual(
    [0, '!AER-DAT2.0', 'Creation time: System.currentTimeMillis() 1695355587880'],
  )
})
