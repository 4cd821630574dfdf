/** A line that is written over in place on a terminal; elsewhere a line of its own every few seconds. */
export interface LiveLine {
  /** Shows `text` in place of what stood there; `at once` even if the last one is fresh. */
  show(text: string, when?: 'at once'): void
  /** Takes the line away, so that something lasting can be printed. */
  clear(): void
}

/** Text without what could steer a terminal: a name in a hostile file, say. */
export const harmless = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '\ufffd')

const intervals = { terminal: 100, file: 10_000 }

export function liveLine(stream: NodeJS.WriteStream): LiveLine {
  const terminal = stream.isTTY === true
  let last = terminal ? Number.NEGATIVE_INFINITY : performance.now()
  let shown = false
  return {
    show(text, when) {
      const now = performance.now()
      if (when === undefined && now - last < (terminal ? intervals.terminal : intervals.file)) return
      last = now
      if (terminal) stream.write(`\r${text.slice(0, (stream.columns || 80) - 1)}\u001b[K`)
      else stream.write(`${text}\n`)
      shown = true
    },
    clear() {
      if (shown && terminal) stream.write('\r\u001b[K')
      shown = false
    },
  }
}
