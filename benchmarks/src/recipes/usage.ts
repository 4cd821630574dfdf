// Imported by a run before anything else: leaves the processor time of all its threads on file descriptor 3 when it ends.
import { writeSync } from 'node:fs'

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeSync(3, String((user + system) / 1e6))
})
