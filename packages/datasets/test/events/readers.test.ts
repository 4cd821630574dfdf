import {
  readAedat2,
  readAedat3,
  readAedat4,
  readCsv,
  readDat,
  readEvents,
  readEvt2,
  readEvt3,
  readNMnist,
  readNpy,
  readSlayer3d,
} from '@hillock/datasets'
import { expect, test } from '@jest/globals'
import { unpackLz4 } from '../../src/events/lz4.ts'
import * as made from './made.ts'
import { bytesOf, eventsOf, formats, some } from './made.ts'

const damaged = (file: string) =>
  expect.objectContaining({ code: 'HILLOCK_DATA_DAMAGED', message: expect.stringMatching(`^${file} `) })

test.each(formats)(
  '$format: a file is read, and refused by its name where it is cut',
  ({ read, file, record, flat }) => {
    const list = read(file, { name: 'a.file' })
    expect(eventsOf(list)).toEqual(flat ? some.map(([x, , p, t]) => [x, 0, p, t]) : some)
    expect(list.skipped).toEqual(read === readAedat4 ? { 'packets of IMUS': 1 } : {})
    expect([list.unit, list.height >= (flat ? 1 : 34), list.width >= 34]).toEqual(['us', true, true])
    expect(() => read(file, { name: 'a.file', width: 20 })).toThrow(damaged('a.file'))
    // whole events less are a shorter file, where nothing says how many there are; what is between is cut short
    for (let cut = 1; cut < (record || 1); cut++) {
      if (cut >= file.length) break
      expect(() => read(file.subarray(0, file.length - cut), { name: 'b.file' })).toThrow(damaged('b.file'))
    }
    if (record > 0) expect(() => read(new Uint8Array(), { name: 'empty' })).toThrow(damaged('empty'))
  },
)

test('a file of one format is refused by the readers of the others that have a header', () => {
  for (const { format, file } of formats)
    for (const other of formats.slice(3).filter((one) => one.format !== format && one.read !== readCsv))
      expect(() => other.read(file, { name: 'foreign' })).toThrow(damaged('foreign'))
  expect(() => readCsv(made.npy(some))).toThrow(damaged('the CSV file'))
  expect(() => readNMnist(made.csv(some).subarray(0, 60))).toThrow(damaged('the N-MNIST file'))
})

test('an overflow of N-MNIST moves what follows by 2^13 us', () => {
  const file = made.nMnist([
    [3, 4, 1, 100],
    [0, 240, 0, 0],
    [7, 8, 1, 20],
    [0, 240, 0, 0],
    [1, 2, 1, 5],
  ])
  const list = readNMnist(file)
  expect(eventsOf(list)).toEqual([
    [3, 4, 1, 100],
    [7, 8, 1, 8212],
    [1, 2, 1, 16389],
  ])
  expect(list.skipped).toEqual({ 'overflows of time': 2 })
})

test('AEDAT 3 says what it skipped, and counts overflows of time', () => {
  const file = bytesOf(
    made.aedat3Header,
    made.aedat3(some.slice(0, 2), { more: 3 }),
    made.aedat3(some.slice(0, 1), { type: 0 }),
    made.aedat3(some.slice(2, 3), { valid: 0 }),
    made.aedat3(some.slice(3), { overflow: 1 }),
  )
  const list = readAedat3(file)
  expect(list.t.slice(2)).toEqual(Float64Array.of(2 ** 31 + 9001, 2 ** 31 + 70000))
  expect(list.skipped).toEqual({ 'special events': 1, 'invalid events': 1 })
  expect([list.width, list.height, list.header[2]]).toEqual([128, 128, 'Source 1: DVS128'])
})

test('AEDAT 2 of a DAVIS leaves out frames and external events', () => {
  const record = (address: number, t: number) => [...made.little(address, 4).reverse(), ...made.little(t, 4).reverse()]
  const file = bytesOf(
    '#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.Davis346red\r\n',
    record(2 ** 31 + 5, 1),
    record(1 << 10, 2),
    record(7 * 2 ** 22 + (300 << 12) + (1 << 11), 3),
  )
  const list = readAedat2(file)
  expect(eventsOf(list)).toEqual([[45, 7, 1, 3]])
  expect([list.width, list.height]).toEqual([346, 260])
  expect(list.skipped).toEqual({ 'samples of frames and of the inertial unit': 1, 'external events': 1 })
})

test('AEDAT 4 is read plain, as literals and with copies; Zstandard is refused', () => {
  for (const options of [
    { compression: 0, pack: (bytes: number[]) => bytes },
    { pack: (bytes: number[]) => made.lz4(bytes, { plain: true }) },
  ])
    expect(eventsOf(readAedat4(made.aedat4(some, options)))).toEqual(some)
  // two literals, 20 bytes that are copied from 2 before, one literal
  const copied = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 8, 0, 0, 0, 0x2f, 7, 8, 2, 0, 1, 0x10, 9, 0, 0, 0, 0, 0]
  expect(Array.from(unpackLz4(Uint8Array.from(copied)))).toEqual([...new Array(11).fill([7, 8]).flat(), 9])
  copied[14] = 3
  expect(() => unpackLz4(Uint8Array.from(copied))).toThrow(/from before its beginning/)
  const hint = { code: 'HILLOCK_UNSUPPORTED' }
  expect(() => readAedat4(made.aedat4(some, { compression: 3 }))).toThrow(expect.objectContaining(hint))
})

test('EVT3 spreads vectors over a row, goes on beyond 2^24 us, and skips triggers', () => {
  const words = [
    0x2000 | 7,
    0x8fff,
    0x6001,
    9,
    0x3800 | 20,
    0x4000 | 0b100000000001,
    0x5000 | 0b10,
    0xa000,
    0x8000,
    0x2005,
  ]
  const list = readEvt3(made.evt3Words(words))
  const t = 0xfff * 4096 + 1
  expect(eventsOf(list)).toEqual([
    [20, 9, 1, t],
    [31, 9, 1, t],
    [33, 9, 1, t],
    [5, 9, 0, 2 ** 24],
  ])
  expect(list.skipped).toEqual({ 'events before the first row and time': 1, 'external triggers': 1 })
  expect([list.width, list.height]).toEqual([40, 36])
  expect(() => readEvt3(made.evt3Words([0x1000]))).toThrow(damaged('the EVT3 file'))
  expect(() => readEvt2(made.evt3(some))).toThrow(/is of EVT3, not of EVT2/)
})

test('times of DAT go on beyond 2^32', () => {
  const list = readDat(
    made.dat([
      [1, 2, 1, 2 ** 32 - 1],
      [1, 2, 0, 5],
    ]),
  )
  expect(list.t).toEqual(Float64Array.of(2 ** 32 - 1, 2 ** 32 + 5))
})

test('columns of text and of NumPy may come in any order, and some may lack', () => {
  const text = 'x;time;on\n3; 0.5; true\n4; 0.75; false\n'
  expect(eventsOf(readCsv(bytesOf(text), { unit: 's' }))).toEqual([
    [3, 0, 1, 0.5],
    [4, 0, 0, 0.75],
  ])
  expect(eventsOf(readCsv(bytesOf('10 3 4 -1\n\n11 5 6 1'), { columns: ['t', 'x', 'y', 'p'] }))).toEqual([
    [3, 4, 0, 10],
    [5, 6, 1, 11],
  ])
  expect(eventsOf(readCsv(bytesOf('10,3,4\n')))).toEqual([[3, 4, 1, 10]])
  for (const [line, found] of [
    ['1,2.5,3,1', /line 1.*\(2.5, 3\)/],
    ['1,2,3,7', /polarity 7/],
    ['x,y,p', /no columns x and t/],
    ['1,2', /\(2, NaN\)/],
  ] as const)
    expect(() => readCsv(bytesOf(line))).toThrow(found)
  const table = made.npyOf("'<f4'", '(2, 3)', new Uint8Array(Float32Array.of(1, 2, 0.5, 3, 4, 1.5).buffer))
  expect(eventsOf(readNpy(table, { columns: ['x', 'y', 't'] }))).toEqual([
    [1, 2, 1, 0.5],
    [3, 4, 1, 1.5],
  ])
  expect(() => readNpy(made.npyOf("'<c8'", '(2, 3)', new Uint8Array(48)))).toThrow(/type '<c8'/)
  expect(() => readNpy(made.npyOf("'<f4'", '(2000000000, 4)', new Uint8Array(48)))).toThrow(/cut short/)
})

test('readEvents finds the format, by how a file begins or how its name ends', () => {
  const endings = ['.bs2', '.bs1', '.bs3', '', '', '', '', '', '', '.csv', '']
  for (const [i, { read, file }] of formats.entries()) {
    const name = `some${endings[i]}`
    expect(readEvents(file, { name })).toEqual(read(file, { name }))
  }
  expect(() => readEvents(Uint8Array.of(1, 2), { name: 'a.mp4' })).toThrow(
    expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' }),
  )
})

test('a sensor that is too small, or what are no bytes, is refused', () => {
  expect(() => readSlayer3d(made.slayer3d(some), { height: 20 })).toThrow(
    /has event 3 at \(0, 33\), outside of 34 x 20/,
  )
  expect(() => readSlayer3d('a.bs3' as never)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  expect(() => readNMnist(made.nMnist(some), { size: 3 } as never)).toThrow(
    expect.objectContaining({ code: 'HILLOCK_OPTION' }),
  )
})
