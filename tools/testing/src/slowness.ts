/** Processor time of a call, in microseconds. */
function timeOf(call: () => unknown): number {
  const began = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(began)
  return user + system
}

/** A fixed piece of work: some 10 ms of text, objects and memory, as in the readers and compilers that are tested. */
function standardWork(): number {
  const rows = Array.from({ length: 10_000 }, (_, i) => ({ name: `row${i % 97}`, values: [i, i / 7, i % 13] }))
  const read = JSON.parse(JSON.stringify(rows)) as typeof rows
  return new Set(read.sort((a, b) => a.name.localeCompare(b.name)).map(({ name }) => name)).size
}

/**
 * How many times as long as a fixed piece of work of about 10 ms something took, given its processor time in microseconds. The work is done
 * at once, so that a loaded machine slows both. 0 for anything below 0.1 s, which is not slow on any machine.
 */
export function slowness(microseconds: number): number {
  if (microseconds < 1e5) return 0
  standardWork()
  return microseconds / Math.min(timeOf(standardWork), timeOf(standardWork))
}
