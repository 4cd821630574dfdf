import type { ReadOptions } from './event-list.ts'

/** The size of the sensor: as given, or as lines of a header say ('Width 304', 'geometry 640x480', 'format EVT3;height=720;width=1280'). */
export function propheseeSize(header: readonly string[], options: ReadOptions): { width?: number; height?: number } {
  const text = header.join('\n')
  const geometry = /geometry\s+(\d+)x(\d+)/i.exec(text)
  const said = (word: string, i: number) => {
    const found = new RegExp(`\\b${word}[ =:]+(\\d+)`, 'i').exec(text)?.[1] ?? geometry?.[i]
    const value = Number(found)
    return value >= 1 && value <= 65536 ? value : undefined
  }
  const width = options.width ?? said('width', 1)
  const height = options.height ?? said('height', 2)
  return { ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
}

/** Times of `bits` bits that begin again from 0: gives how much later they are. */
export function unwrapped(bits: number): (time: number) => number {
  const range = 2 ** bits
  let [later, before] = [0, 0]
  return (time) => {
    if (before - time > range / 2) later += range
    before = time
    return time + later
  }
}
