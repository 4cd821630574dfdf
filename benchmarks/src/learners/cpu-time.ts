// Imported by a run before anything else: adds the processor time of all its threads to the file that HILLOCK_CPU_TIME names.
import { appendFileSync } from 'node:fs'

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  appendFileSync(process.env.HILLOCK_CPU_TIME!, `${(user + system) / 1e6}\n`)
})
