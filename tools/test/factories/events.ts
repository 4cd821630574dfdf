import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { frames } from '@hillock/datasets'
import { callable, flag, made, number, other, text, whole, word } from '../../src/wrong-values.ts'
import { type Factory, list, nothing, numbers, seeds, share } from './kinds.ts'

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)))

const side = whole(5, { from: 5, to: 65536 })
const options = { name: text('a file'), width: side, height: side }

/** A reader of a file with an event at (4, 4). */
const reader = (file: Uint8Array, options: Record<string, ReturnType<typeof text>>): Factory => ({
  takes: [other(file, nothing, file.subarray(0, file.length - 1), Uint8Array.of(1, 2, 3)), { options }],
  needs: 1,
})

const nMnist = [4, 4, 0x80, 0, 100]
const evt = (version: number, ...words: readonly number[]) => bytes(`% evt ${version}.0\n`, words)
const packet = [1, 0, 1, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, ...[1, 0, 0, 0], ...[1, 0, 0, 0], ...[1, 0, 0, 0]]
const text4 = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4), }"
const four = [...new Uint8Array(Float32Array.of(1, 4, 4, 1).buffer)]
const columns = other(['t', 'x', 'y', 'p'], nothing, ['x', 'y'])
const table = { ...options, columns, unit: word('us') }

/** An AEDAT 4 of one packet without packing, with 16 bytes of an event. */
function aedat4(): Uint8Array {
  const four = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]
  const flat = (identifier: string, fields: readonly number[], body: readonly number[]) => {
    const size = 4 + 2 * fields.length
    const root = 8 + size + (size % 4)
    const table = [size, 0, 64, 0, ...fields.flatMap((field) => [field, 0])]
    const whole = [
      ...four(root),
      ...bytes(identifier),
      ...new Array(size % 4).fill(0),
      ...table,
      ...four(size),
      ...body,
    ]
    return [...four(whole.length), ...whole]
  }
  const info = [
    ...bytes('<node name="0" path="/outInfo/0/"><attr key="typeIdentifier" type="string">EVTS</attr></node>'),
  ]
  const event = [100, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 1, 0, 0, 0]
  const header = flat('IOHE', [0, 0, 4], [...four(4), ...four(info.length), ...info])
  const events = flat('EVTS', [4], [...four(4), ...four(1), ...event])
  return bytes('#!AER-DAT4.0\r\n', header, four(0), four(events.length), events)
}

/** How files are downloaded. */
export const downloads = {
  download: other(false, (value) => typeof value === 'boolean', 0, 'false'),
  fetch: callable,
  waits: numbers([0, 0], [[-1]], (value) => Array.isArray(value) && [undefined, 1].includes(value[0])),
  signal: made(new AbortController().signal),
  progress: callable,
}

/** Readers of events, and sets of them; `folder` takes the files of one. */
export function events(folder: string): Readonly<Record<string, Factory>> {
  for (const [part, digit] of [
    ['Train', 0],
    ['Train', 1],
    ['Test', 0],
  ] as const) {
    mkdirSync(join(folder, part, String(digit)), { recursive: true })
    for (const i of [1, 2]) writeFileSync(join(folder, part, String(digit), `${i}.bin`), bytes(nMnist))
  }
  return {
    readNMnist: reader(bytes(nMnist), options),
    readSlayer1d: reader(bytes([0, 4, 0x80, 0, 100]), {
      name: text('a file'),
      width: side,
      height: whole(1, { to: 65536 }),
    }),
    readSlayer3d: reader(bytes([0, 0x40, 4, 1, 0, 0, 100]), options),
    readDat: reader(bytes('% Version 2\n', [0, 8, 100, 0, 0, 0, 4, 0, 1, 0x10]), options),
    readEvt2: reader(evt(2, 0, 0, 0, 0x80, 4, 32, 0, 0x10), options),
    readEvt3: reader(evt(3, 0, 0x80, 1, 0x60, 4, 0, 4, 0x28), options),
    readAedat2: reader(bytes('#!AER-DAT2.0\r\n', [0, 0, 4, 246, 0, 0, 0, 100]), options),
    readAedat3: reader(bytes('#!AER-DAT3.1\r\n#!END-HEADER\r\n', packet, [19, 0, 8, 0, 100, 0, 0, 0]), options),
    readAedat4: reader(aedat4(), options),
    readCsv: reader(bytes('1,4,4,1'), table),
    readNpy: reader(bytes('\x93NUMPY', [1, 0, text4.length, 0], text4, four), table),
    frames: {
      takes: [
        {
          options: {
            steps: whole(5, { from: 1 }),
            dt: number(0.1, { above: 0 }),
            clip: flag,
            polarity: flag,
            pool: whole(1, { from: 1 }),
            denoise: number(0.1, { above: 0 }),
            crop: numbers([3, 3], [[3], [3, 3, 1], [0, 3], [2.5, 3]]),
            shift: number(0, { from: 0 }),
            drop: number(0.1, share),
            seed: whole(1, seeds),
          },
          required: ['steps'],
        },
      ],
      needs: 1,
    },
    eventSource: {
      takes: [
        {
          options: {
            id: text('some'),
            labels: numbers([0, 1], [], list),
            classes: whole(2, { from: 1 }),
            read: callable,
            frames: made(frames({ steps: 5 }), frames),
            width: whole(5, { from: 1, to: 65536 }),
            height: whole(5, { from: 1, to: 65536 }),
          },
          required: ['id', 'labels', 'classes', 'read', 'frames', 'width', 'height'],
        },
      ],
      needs: 1,
    },
    nMnist: {
      takes: [
        {
          options: {
            data: other(folder, nothing, '/no/such/folder'),
            ...downloads,
            frames: made(frames({ steps: 5 }), frames),
            limit: whole(3, { from: 1, to: 4 }),
            validation: whole(1, { from: 0, to: 2 }),
            seed: whole(1, seeds),
          },
          required: ['data'],
          given: ['data', 'limit', 'waits'],
        },
      ],
    },
    readEvents: {
      takes: [
        other(bytes(nMnist), nothing, Uint8Array.of(1, 2, 3)),
        { options: { ...options, name: text('a.bin') }, required: ['name'] },
      ],
      needs: 2,
    },
  }
}
