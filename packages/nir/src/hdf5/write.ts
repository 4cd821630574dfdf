import { type Bytes, bytes } from './bytes.ts'
import { lookup3 } from './checksum.ts'
import { type Data, isTree, type Tree } from './tree.ts'

/** An address that leads nowhere. */
const nowhere = 0xffff_ffff_ffff_ffffn

/** Messages of an object header, by their numbers in the HDF5 File Format Specification, version 3, section IV.A.2. */
const message = { dataspace: 1, linkInfo: 2, datatype: 3, fillValue: 5, link: 6, layout: 8, groupInfo: 10 } as const
type Message = readonly [kind: number, body: Uint8Array]

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/**
 * Packs a tree as an HDF5 file, which HDF5 reads from version 1.8 on: superblock 2, object headers 2, groups as lists of links, arrays in one
 * piece, text of fixed length. Names are at most 60,000 bytes long.
 */
export function writeHdf5(tree: Tree): Uint8Array {
  const file = bytes().raw(new Uint8Array(superblock(0, 0).length))
  const root = writeGroup(file, tree)
  const whole = file.done()
  whole.set(superblock(whole.length, root))
  return whole
}

/** What a file begins with: sizes of addresses and lengths, where it ends, and where its root group is. */
function superblock(end: number, root: number): Uint8Array {
  const block = bytes().u8(0x89).raw(utf8('HDF\r\n')).u8(0x1a).raw(utf8('\n')).u8(2, 8, 8, 0)
  block.u64(0).u64(nowhere).u64(end).u64(root)
  return block.u32(lookup3(block.done())).done()
}

/** Returns the address of what was written. */
function writeGroup(file: Bytes, tree: Tree): number {
  const links = [...tree].map(([name, one]): Message => {
    const address = isTree(one) ? writeGroup(file, one) : writeData(file, one)
    const text = utf8(name)
    // Version 1, the length of the name in 2 bytes, the name in UTF-8; the link is a hard one.
    const link = bytes().u8(1, 0b10001, 1).u16(text.length).raw(text).u64(address)
    return [message.link, link.done()]
  })
  const info = bytes().u8(0, 0).u64(nowhere).u64(nowhere)
  return writeHeader(file, [[message.linkInfo, info.done()], [message.groupInfo, Uint8Array.of(0, 0)], ...links])
}

function writeData(file: Bytes, { shape, values }: Data): number {
  const { type, raw } = stored(values)
  const address = raw.length === 0 ? nowhere : file.align().length
  file.raw(raw)
  const space = bytes().u8(2, shape.length, 0, shape.length === 0 ? 0 : 1)
  for (const length of shape) space.u64(length)
  return writeHeader(file, [
    [message.dataspace, space.done()],
    [message.datatype, type],
    [message.fillValue, Uint8Array.of(3, 0b1010)],
    [message.layout, bytes().u8(3, 1).u64(address).u64(raw.length).done()],
  ])
}

function writeHeader(file: Bytes, messages: readonly Message[]): number {
  const body = bytes()
  for (const [kind, content] of messages) body.u8(kind).u16(content.length).u8(0).raw(content)
  // Version 2, the length of the messages in 4 bytes.
  const header = bytes().raw(utf8('OHDR')).u8(2, 0b10).u32(body.length).raw(body.done())
  const address = file.align().length
  file.raw(header.u32(lookup3(header.done())).done())
  return address
}

/** How values lie in the file: the type by section IV.A.2.d, and their bytes. */
function stored(values: Data['values']): { readonly type: Uint8Array; readonly raw: Uint8Array } {
  if (!ArrayBuffer.isView(values)) return storedText(values)
  const raw = bytes()
  if (values instanceof BigInt64Array) {
    for (const value of values) raw.u64(BigInt.asUintN(64, value))
    return { type: bytes().u8(0x10, 0b1000, 0, 0).u32(8).u16(0).u16(64).done(), raw: raw.done() }
  }
  const wide = values instanceof Float64Array
  const place = new DataView(new ArrayBuffer(values.byteLength))
  values.forEach((value, i) => {
    if (wide) place.setFloat64(8 * i, value, true)
    else place.setFloat32(4 * i, value, true)
  })
  // Where the sign is, then exponent and significand: their first bits, their lengths, and the bias of the exponent.
  const type = wide
    ? bytes().u8(0x11, 0x20, 63, 0).u32(8).u16(0).u16(64).u8(52, 11, 0, 52).u32(1023)
    : bytes().u8(0x11, 0x20, 31, 0).u32(4).u16(0).u16(32).u8(23, 8, 0, 23).u32(127)
  return { type: type.done(), raw: new Uint8Array(place.buffer) }
}

/** Texts padded with zeros to the length of the longest. */
function storedText(texts: readonly string[]): { readonly type: Uint8Array; readonly raw: Uint8Array } {
  const packed = texts.map(utf8)
  const width = Math.max(1, ...packed.map(({ length }) => length))
  const raw = new Uint8Array(width * texts.length)
  packed.forEach((text, i) => {
    raw.set(text, i * width)
  })
  return { type: bytes().u8(0x13, 0x11, 0, 0).u32(width).done(), raw }
}
