import { chromium, onPage, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { concat, gzip, header, idx, member } from './files.ts'
import './page/read.ts'
import type { Read } from './page/read.ts'

jest.setTimeout(300_000)

const file = idx([40, 9, 9])
const whole = gzip(file)
const sound = {
  plain: file,
  gzipped: whole,
  'of several members': concat(member(file.subarray(0, 99)), member(file.subarray(99)), member(new Uint8Array())),
  'with all extras': member(file, { text: true, extra: [1, 0, 0, 0], name: 'a', comment: 'b', headerSum: true }),
  'with zeros behind its end': concat(whole, new Uint8Array(512)),
  'not packed': member(file, {}, { level: 0 }),
  'of real numbers': concat(Uint8Array.from(header(13, [2])), Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0)),
}
const unsound = {
  empty: new Uint8Array(),
  'cut short': whole.slice(0, -9),
  'with something else behind its end': concat(whole, Uint8Array.of(7)),
  'with another checksum': whole.with(-8, whole.at(-8)! ^ 1),
  'with another length': whole.with(-4, whole.at(-4)! ^ 1),
  'with an altered header': member(file, { headerSum: true }).with(5, 9),
  'with a second member cut short': concat(whole, whole.slice(0, 12)),
}
/** Every byte of a small file altered in one bit. */
const small = member(idx([3, 2]), { name: 'a', headerSum: true })
const altered = Array.from(small, (byte, at) => small.with(at, byte ^ (1 << (at % 8))))
const files = [...Object.values(sound), ...Object.values(unsound), ...altered].map((bytes) => Array.from(bytes))

test('in Node, sound files are read and others refused', async () => {
  const found = await (globalThis as unknown as { read(given: typeof files): Promise<Read> }).read(files)
  const outcomes = found.map((result) => ('code' in result ? result.code : 'read'))
  const [read, refused] = [Object.keys(sound).length, Object.keys(unsound).length + altered.length]
  expect(outcomes).toEqual([...Array(read).fill('read'), ...Array(refused).fill('HILLOCK_DATA_DAMAGED')])
})

whereFound('in a browser', chromium, () => {
  test('a page, bundled with Vite as it comes, gives the same answers as Node', async () => {
    type Reader = { read(given: typeof files): Promise<Read> }
    const found = await onPage(new URL('page', import.meta.url), (page) =>
      page.evaluate((given) => (globalThis as unknown as Reader).read(given), files),
    )
    expect(found).toEqual(await (globalThis as unknown as Reader).read(files))
  })
})
