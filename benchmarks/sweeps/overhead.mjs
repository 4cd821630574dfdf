// What a job costs in the queue: 1,000 jobs that do nothing, put in and taken by one worker.
//
//   node benchmarks/sweeps/overhead.mjs [--jobs 1000]
//
// Needs redis-server, and the workspace built. Times are processor times of this process and of redis-server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bullmq } from '../../plugins/sweep-bullmq/dist/index.js'

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '1000' } } })
const jobs = Number(values.jobs)
const folder = mkdtempSync(join(tmpdir(), 'hillock-overhead-'))
const socket = join(folder, 'redis.sock')
const options = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'yes']
const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
await new Promise((resolve) => {
  server.stdout.on('data', (text) => {
    if (/ready to accept connections/i.test(text)) resolve()
  })
})

/** In ms: this process, the server, and the clock. */
function times() {
  const { user, system } = process.cpuUsage()
  // user and system time, in hundredths of a second
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return [(user + system) / 1000, 10 * (Number(fields[11]) + Number(fields[12])), performance.now()]
}
const since = (before) =>
  times()
    .map((time, i) => ((time - before[i]) / jobs).toFixed(2))
    .map((ms, i) => `${['process', 'redis-server', 'clock'][i]} ${ms} ms`)
    .join(', ')

const queue = await bullmq({ url: `unix://${socket}`, name: 'nothing' })
let before = times()
await queue.add(Array.from({ length: jobs }, (_, i) => `job${i}`))
process.stdout.write(`a job put in: ${since(before)}\n`)

const over = new AbortController()
let taken = 0
before = times()
const work = queue.work({
  slots: 1,
  signal: over.signal,
  onFailed: () => {},
  async take() {
    taken++
    return 'done'
  },
})
while ((await queue.left()) > 0) await setTimeout(50)
process.stdout.write(`a job taken and done: ${since(before)}\n`)
over.abort()
await work
await queue.close()
server.kill()
await once(server, 'exit')
rmSync(folder, { recursive: true })
if (taken !== jobs) throw new Error(`${taken} of ${jobs} jobs were taken`)
