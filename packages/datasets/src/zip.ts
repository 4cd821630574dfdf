import { HillockError } from '@hillock/core'
import { damaged } from './damaged.ts'
import { node } from './node.ts'

/** A file in a zip file. */
export interface ZipEntry {
  /** With the folders that it is in. */
  readonly name: string
  /** Unpacks it. Throws HILLOCK_DATA_DAMAGED if it is not sound. */
  read(): Promise<Uint8Array>
}

/** Deflated data hold at most so many times their length. */
const mostPacked = 1032

/**
 * The files in a zip file, which stays on the disk: each is unpacked when it is read (APPNOTE.TXT 6.3.10; stored or deflated). Throws HILLOCK_DATA_DAMAGED,
 * naming the file, if it is cut short or another one, HILLOCK_UNSUPPORTED if it is a Zip64 file or encrypted.
 */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  const { size } = await node().fs.stat(path)
  const tail = viewOf(await bytesAt(path, Math.max(0, size - 65557), Math.min(size, 65557)))
  let end = tail.byteLength - 22
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) throw damaged(path, 'is cut short, or no zip file: it has no directory')
  const [count, length, from] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ]
  if (count === 0xffff || from === 0xffffffff) throw unsupported(path, 'is a Zip64 file')
  if (from + length > size) throw damaged(path, 'is cut short: its directory is beyond its end')
  const directory = viewOf(await bytesAt(path, from, length))
  const entries: ZipEntry[] = []
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > length || directory.getUint32(at, true) !== 0x02014b50)
      throw damaged(path, `is damaged: its directory lacks file ${entries.length} of ${count}`)
    const [flags, method] = [directory.getUint16(at + 8, true), directory.getUint16(at + 10, true)]
    const [packed, plain, start] = [20, 24, 42].map((field) => directory.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ]
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => directory.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ]
    const name = new TextDecoder().decode(
      new Uint8Array(directory.buffer, directory.byteOffset + at + 46, Math.min(nameLength, length - at - 46)),
    )
    at += 46 + nameLength + extra + comment
    const wrong = () => damaged(path, `is damaged: '${name}' in it cannot be unpacked`)
    entries.push({
      name,
      async read() {
        if (flags & 1) throw unsupported(path, `is encrypted: '${name}'`)
        if (method !== 0 && method !== 8) throw unsupported(path, `packs '${name}' by method ${method}`)
        if (plain > mostPacked * packed || start + 30 + packed > size) throw wrong()
        const head = viewOf(await bytesAt(path, start, 30))
        if (head.getUint32(0, true) !== 0x04034b50) throw wrong()
        const first = start + 30 + head.getUint16(26, true) + head.getUint16(28, true)
        if (first + packed > size) throw wrong()
        const bytes = await bytesAt(path, first, packed)
        const found = method === 0 ? bytes : unpacked(bytes, plain, wrong)
        if (found.length !== plain) throw wrong()
        return found
      },
    })
  }
  return entries
}

function unpacked(bytes: Uint8Array, length: number, wrong: () => HillockError): Uint8Array {
  try {
    return node().zlib.inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) })
  } catch {
    throw wrong()
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

async function bytesAt(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await node().fs.open(path)
  try {
    const bytes = new Uint8Array(length)
    const { bytesRead } = await file.read(bytes, 0, length, from)
    if (bytesRead < length) throw damaged(path, `is cut short: it has no ${length} bytes from ${from} on`)
    return bytes
  } finally {
    await file.close()
  }
}

const unsupported = (path: string, found: string) =>
  new HillockError('HILLOCK_UNSUPPORTED', `${path} ${found}`, { hint: 'Unpack it, and give the folder.' })
