import { HillockError } from '../errors.ts'
import { unsupportedError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { checksum, checksumIn, checksumKey, type Place } from './checksum.ts'
import { dtypes } from './dtypes.ts'

export interface Header {
  readonly metadata: Readonly<Record<string, string>>
  readonly places: readonly Place[]
}

/** Parsed JSON takes up to 50 times its length in memory, so a header may be long only where there are many more values. */
export const longestHeader = (values: number): number => 2 ** 20 + Math.floor(values / 16)
/** What the format allows. */
const longestSound = 100_000_000
const longestMessage = 200

/** Reads what a file says of the `data` that follows, and holds the data to it. */
export function readHeader(bytes: Uint8Array, data: Uint8Array): Header {
  if (bytes.length > longestSound) throw damaged(`its header has ${bytes.length} bytes, more than ${longestSound}`)
  const most = longestHeader(data.length)
  if (bytes.length > most) {
    const hint = 'save it with fewer or shorter names, and less metadata'
    throw unsupported(
      `its header has ${bytes.length} bytes; at most ${most} are read with ${data.length} of values`,
      hint,
    )
  }
  const header = parse(bytes)
  const told = metadataOf(header)
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__')
  const places = entries.map(([name, entry]) => placeOf(name, entry))
  checkOffsets(places, data.length)
  checkSum(told, places, data)
  const strange = places.find(({ dtype }) => !Object.hasOwn(dtypes, dtype))
  if (strange !== undefined) throw unsupported(`'${strange.name}' has the type ${strange.dtype}`)
  const { [checksumKey]: _, ...metadata } = told
  return { metadata, places }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) {
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    throw damaged(`its header does not begin with '{'${mark ? ' but with a byte-order mark' : ''}`)
  }
  let text: string
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    header = JSON.parse(text)
  } catch (cause) {
    throw damaged('its header is not JSON', cause)
  }
  const twice = repeatedKey(text)
  if (twice !== undefined) throw damaged(`its header has ${twice} twice in one place`)
  return header as Record<string, unknown>
}

/** A key that stands twice in an object, as it is written: JSON.parse overlooks it. Looks at the header and at objects right within. */
function repeatedKey(json: string): string | undefined {
  const keys = [new Set<string>(), new Set<string>()] as const
  let depth = 0
  let open = -1
  let text = ''
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (open >= 0) {
      if (sign === '\\') at++
      if (sign !== '"') continue
      text = json.slice(open, at + 1)
      open = -1
    } else if (sign === '"') open = at
    else if (sign === '}' || sign === ']') depth--
    else if (sign === '{' || sign === '[') {
      if (++depth === 2) keys[1].clear()
    } else if (sign === ':' && depth <= 2) {
      const seen = keys[depth - 1]!
      if (seen.size === seen.add(JSON.parse(text)).size) return text
    }
  }
  return undefined
}

function metadataOf(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.hasOwn(header, '__metadata__') ? header.__metadata__ : {}
  if (!isRecord(metadata)) throw damaged('its metadata is not an object')
  const wrong = Object.keys(metadata).find((key) => typeof metadata[key] !== 'string')
  if (wrong !== undefined) throw damaged(`its metadata '${wrong}' is not text`)
  return metadata as Record<string, string>
}

function placeOf(name: string, entry: unknown): Place {
  if (!isRecord(entry)) throw damaged(`'${name}' is not described by an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !/^[A-Z]\w{0,15}$/.test(dtype)) {
    throw damaged(`'${name}' has the type ${typeof dtype === 'string' ? `'${dtype}'` : typeof dtype}`)
  }
  if (!areCounts(shape)) throw damaged(`'${name}' has no proper shape`)
  if (!areCounts(offsets) || offsets.length !== 2) throw damaged(`'${name}' has no proper offsets`)
  const [begin, end] = offsets as [number, number]
  if (end < begin) throw damaged(`'${name}' ends before it begins`)
  const size = Object.hasOwn(dtypes, dtype) ? sizeOf(shape) * dtypes[dtype]!.bytes : end - begin
  if (end - begin !== size) {
    throw damaged(`'${name}' takes ${end - begin} bytes where [${shape.join(', ')}] of ${dtype} needs ${size}`)
  }
  return { name, dtype, shape, begin, end }
}

/** The format leaves no byte unnamed and none named twice. */
function checkOffsets(places: readonly Place[], available: number): void {
  let end = 0
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin < end) throw damaged(`'${place.name}' overlaps the tensor before it`)
    if (place.begin > end) throw damaged(`${place.begin - end} bytes before '${place.name}' belong to no tensor`)
    end = place.end
  }
  if (end > available) throw damaged(`it is cut off: ${end} bytes of values announced, ${available} there`)
  if (end < available) throw damaged(`${available - end} bytes at its end belong to no tensor`)
}

/** Files of other tools, and of hillock 0.1, have no checksum. */
function checkSum(metadata: Readonly<Record<string, string>>, places: readonly Place[], data: Uint8Array): void {
  const found = checksumIn(metadata)
  if (found === undefined || (found[0] === checksumKey && found[1] === checksum(metadata, places, data))) return
  const hint = `fetch the file again; a tool that changes it must remove '${checksumKey}' from the metadata`
  throw damaged('it was altered: what it holds does not give its checksum', undefined, hint)
}

export const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The error for a file that breaks the format. */
export function damaged(
  what: string,
  cause?: unknown,
  hint = 'save the model again, or fetch the file again',
): HillockError {
  return new HillockError('HILLOCK_DATA_DAMAGED', `not a sound safetensors file: ${short(what)}`, { hint, cause })
}

/** The error for a file that keeps to the format, and holds what is not read. */
export function unsupported(
  what: string,
  hint = `remove it, or save it as F32; hillock reads ${Object.keys(dtypes).join(', ')}`,
): HillockError {
  return unsupportedError(`this safetensors file cannot be read: ${short(what)}`, hint)
}

const short = (text: string) => (text.length > longestMessage ? `${text.slice(0, longestMessage)} ...` : text)
