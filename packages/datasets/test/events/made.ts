import type { EventList } from '@hillock/datasets'
import {
  readAedat2,
  readAedat3,
  readAedat4,
  readCsv,
  readDat,
  readEvt2,
  readEvt3,
  readNMnist,
  readNpy,
  readSlayer1d,
  readSlayer3d,
} from '@hillock/datasets'

export type Event = readonly [x: number, y: number, polarity: number, t: number]

/** Events that every format can hold. */
export const some: readonly Event[] = [
  [3, 4, 1, 100],
  [5, 6, 0, 8000],
  [33, 0, 1, 8212],
  [0, 33, 0, 9001],
  [17, 12, 1, 70000],
]

export const eventsOf = ({ x, y, polarity, t }: EventList): Event[] =>
  Array.from(t, (time, i) => [x[i]!, y[i]!, polarity[i]!, time])

export const bytesOf = (...parts: readonly (string | readonly number[] | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => Array.from(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))

const big = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256)
export const little = (value: number, bytes: number) => big(value, bytes).reverse()

export const nMnist = (events: readonly Event[]) =>
  bytesOf(...events.map(([x, y, p, t]) => [x, y, (p << 7) | (t >> 16), ...big(t % 65536, 2)]))
export const slayer1d = (events: readonly Event[]) =>
  bytesOf(...events.map(([x, , p, t]) => [...big(x, 2), (p << 7) | (t >> 16), ...big(t % 65536, 2)]))
export const slayer3d = (events: readonly Event[]) =>
  bytesOf(...events.map(([x, y, p, t]) => [x >> 4, ((x & 15) << 4) | (y >> 8), y & 255, p, ...big(t, 3)]))
export const dat = (events: readonly Event[]) => {
  const records = events.flatMap(([x, y, p, t]) => [little(t, 4), little(x + y * 2 ** 14 + p * 2 ** 28, 4)])
  return bytesOf('% Version 2\n% Width 40\n% Height 36\n', [0, 8], ...records)
}
export const evt2 = (events: readonly Event[]) => {
  const words = events.flatMap(([x, y, p, t]) => [
    0x80000000 + Math.floor(t / 64),
    p * 2 ** 28 + (t % 64) * 2 ** 22 + x * 2 ** 11 + y,
  ])
  return bytesOf('% evt 2.0\n% geometry 40x36\n', ...words.map((word) => little(word, 4)))
}
export const evt3Words = (words: readonly number[]) =>
  bytesOf('% evt 3.0\n% format EVT3;height=36;width=40\n', ...words.map((word) => little(word, 2)))
export const evt3 = (events: readonly Event[]) =>
  evt3Words(events.flatMap(([x, y, p, t]) => [0x8000 | (t >> 12), 0x6000 | (t & 4095), y, 0x2000 | (p << 11) | x]))
export const aedat2 = (events: readonly Event[]) => {
  const records = events.map(([x, y, p, t]) => [...big(((127 - x) << 1) | (y << 8) | (1 - p), 4), ...big(t, 4)])
  return bytesOf('#!AER-DAT2.0\r\n# AEChip: net.sf.jaer.DVS128\r\n', ...records)
}
export const aedat3 = (events: readonly Event[], { overflow = 0, type = 1, valid = 1, more = 0 } = {}) => {
  const records = events.map(([x, y, p, t]) => [...little(valid | (p << 1) | (y << 2) | (x << 17), 4), ...little(t, 4)])
  const count = little(events.length, 4)
  const capacity = little(events.length + more, 4)
  const header = [...little(type, 2), 1, 0, ...little(8, 4), ...little(4, 4), ...little(overflow, 4), ...capacity]
  return bytesOf([...header, ...count, ...count], ...records, new Uint8Array(8 * more))
}
export const aedat3Header = '#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n'

/** A flatbuffer whose root table has the fields given, each at an offset of its own, and what follows them. */
const flat = (identifier: string, offsets: readonly number[], body: readonly number[]) => {
  const fields = 4 + 2 * offsets.length
  const root = 8 + fields + (fields % 4)
  const vtable = [...little(fields, 2), ...little(64, 2), ...offsets.flatMap((offset) => little(offset, 2))]
  const bytes = [...little(root, 4), ...Buffer.from(identifier), ...new Array(fields % 4).fill(0), ...vtable]
  const whole = [...bytes, ...little(fields, 4), ...body]
  return [...little(whole.length, 4), ...whole]
}
const info =
  '<node name="outInfo" path="/m/outInfo/"><node name="0" path="/m/outInfo/0/"><attr key="typeIdentifier" type="string">EVTS</attr>' +
  '<attr key="sizeX" type="int">40</attr><attr key="sizeY" type="int">36</attr></node><node name="1" path="/m/outInfo/1/"><attr key="typeIdentifier" type="string">IMUS</attr></node></node>'
const aedat4Events = (events: readonly Event[]) => {
  const structs = events.flatMap(([x, y, p, t]) => [...little(t, 8), ...little(x, 2), ...little(y, 2), p, 0, 0, 0])
  return flat('EVTS', [4], [...little(4, 4), ...little(events.length, 4), ...structs])
}
/** A frame of LZ4 whose only block holds literals, and then `copies` of the last of them. */
export const lz4 = (bytes: readonly number[], { plain = false } = {}) => {
  const size = bytes.length
  const lengths =
    size < 15 ? [size << 4] : [0xf0, ...new Array(Math.floor((size - 15) / 255)).fill(255), (size - 15) % 255]
  const block = plain ? bytes : [...lengths, ...bytes]
  const word = [...little(block.length + (plain ? 2 ** 31 : 0), 4)]
  return [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, ...word, ...block, 0, 0, 0, 0]
}
export const aedat4 = (
  events: readonly Event[],
  { compression = 1, pack = lz4 as (bytes: number[]) => number[] } = {},
) => {
  const text = Array.from(Buffer.from(info))
  const fields = [...little(compression, 4), ...new Array(8).fill(255), ...little(4, 4), ...little(text.length, 4)]
  const header = flat('IOHE', [4, 8, 16], [...fields, ...text])
  const packet = (stream: number, bytes: readonly number[]) => [
    ...little(stream, 4),
    ...little(bytes.length, 4),
    ...bytes,
  ]
  const packed = pack(aedat4Events(events))
  return bytesOf('#!AER-DAT4.0\r\n', header, packet(1, [1, 2, 3]), packet(0, packed))
}
export const csv = (events: readonly Event[]) =>
  bytesOf('# made here\nt,x,y,p\n', ...events.map(([x, y, p, t]) => `${t},${x},${y},${p}\n`))
export const npyOf = (descr: string, shape: string, values: Uint8Array) => {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`
  return bytesOf('\x93NUMPY', [1, 0], little(text.length, 2), text, values)
}
export const npy = (events: readonly Event[]) =>
  npyOf(
    "[('x', '<u2'), ('y', '>i2'), ('t', '<i8'), ('p', '|b1')]",
    `(${events.length},)`,
    bytesOf(...events.map(([x, y, p, t]) => [...little(x, 2), ...big(y, 2), ...little(t, 8), p])),
  )

/** Each format: its reader, and a file that holds some events. */
export const formats = [
  { format: 'N-MNIST', read: readNMnist, file: nMnist(some), record: 5 },
  { format: 'SLAYER 1-D', read: readSlayer1d, file: slayer1d(some), record: 5, flat: true },
  { format: 'SLAYER 3-D', read: readSlayer3d, file: slayer3d(some), record: 7 },
  { format: 'DAT', read: readDat, file: dat(some), record: 8 },
  { format: 'EVT2', read: readEvt2, file: evt2(some), record: 4 },
  { format: 'EVT3', read: readEvt3, file: evt3(some), record: 2 },
  { format: 'AEDAT 2', read: readAedat2, file: aedat2(some), record: 8 },
  { format: 'AEDAT 3', read: readAedat3, file: bytesOf(aedat3Header, aedat3(some)), record: 60 },
  { format: 'AEDAT 4', read: readAedat4, file: aedat4(some), record: 90 },
  { format: 'CSV', read: readCsv, file: csv(some), record: 0 },
  { format: 'NPY', read: readNpy, file: npy(some), record: 1e6 },
]
