import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, latin, type Reader, unsupported } from './event-list.ts'
import { table } from './flatbuffer.ts'
import { unpackLz4 } from './lz4.ts'

const magic = '#!AER-DAT4.0\r\n'

/**
 * Reads AEDAT 4.0, of DV: a header and packets, all of them flatbuffers, the packets plain or packed by LZ4. Events are those of the first stream of them;
 * packets of other streams (frames, samples of the inertial unit, triggers) are counted in `skipped`. Sizes are those of the header. Throws
 * HILLOCK_UNSUPPORTED if packets are packed by Zstandard.
 */
export const readAedat4: Reader = (bytes, options = {}) => {
  const { view, name } = given('readAedat4', bytes, options, { format: 'AEDAT 4 file' })
  if (latin(view, 0, magic.length) !== magic)
    throw damaged(name, 'is not an AEDAT 4 file: it does not begin with #!AER-DAT4.0')
  checkWhole(name, view, magic.length, 4)
  const size = view.getUint32(magic.length, true)
  const start = magic.length + 4 + size
  checkWhole(name, view, magic.length, 4 + size)
  const { compression, end, info } = reading(name, () => {
    const header = table(bytes.subarray(magic.length + 4, start))
    return { compression: header.int32(0), end: header.int64(1), info: header.text(2) }
  })
  if (compression > 2) {
    const hint = 'Record with LZ4, or write the events again with dv-processing.'
    throw unsupported(
      name,
      compression > 4 ? `is packed in a way that is not known (${compression})` : 'is packed by Zstandard',
      hint,
    )
  }
  const streams = streamsOf(info)
  const chosen = streams.find(({ type }) => type === 'EVTS')
  if (chosen === undefined) throw damaged(name, 'holds no events', { hint: 'Give a recording of an event camera.' })
  const events = collect(name)
  const last = end > 0 ? end : view.byteLength
  checkWhole(name, view, last, 0)
  for (let at = start; at < last; ) {
    checkWhole(name, { byteLength: last }, at, 8)
    const [stream, length] = [view.getInt32(at, true), view.getUint32(at + 4, true)]
    checkWhole(name, { byteLength: last }, at + 8, length)
    const packet = bytes.subarray(at + 8, at + 8 + length)
    at += 8 + length
    if (stream !== chosen.id) {
      const type = streams.find(({ id }) => id === stream)?.type
      events.skip(type === undefined ? `packets of stream ${stream}` : `packets of ${type}`)
      continue
    }
    reading(name, () => {
      const plain = compression === 0 ? packet : unpackLz4(packet)
      const packed = table(plain.subarray(4)).structs(0, 16)
      for (let i = 0; i < packed.byteLength; i += 16) {
        const t = packed.getUint32(i, true) + 2 ** 32 * packed.getInt32(i + 4, true)
        events.add(packed.getUint16(i + 8, true), packed.getUint16(i + 10, true), packed.getUint8(i + 12) & 1, t)
      }
    })
  }
  const { width = chosen.width, height = chosen.height } = options
  return events.list({ width, height }, { header: [info] })
}

function reading<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw damaged(name, `is damaged: ${(cause as Error).message}`, { cause })
  }
}

/** The streams that the header lists, in XML: of each its number, what it holds, and the size of the sensor. */
function streamsOf(info: string) {
  const parts = info.split(/<node name="(?=\d+" path="[^"]*outInfo\/)/).slice(1)
  return parts.map((part) => {
    const attribute = (key: string) => new RegExp(`<attr key="${key}"[^>]*>([^<]*)</attr>`).exec(part)?.[1]
    const side = (key: string) => {
      const value = Number(attribute(key))
      return value >= 1 && value <= 65536 ? value : undefined
    }
    return {
      id: Number.parseInt(part, 10),
      type: attribute('typeIdentifier'),
      width: side('sizeX'),
      height: side('sizeY'),
    }
  })
}
