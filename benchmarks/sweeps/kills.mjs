// Trains a sweep of 24 runs on two workers, while workers and their children are killed with -9 at random and Redis is restarted once, and compares
// every model byte for byte with that of an undisturbed sweep in one process.
//
//   node benchmarks/sweeps/kills.mjs [--kills 20] [--folder DIR] [--seed 1]
//
// Needs redis-server, and the workspace built.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    folder: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'hillock-kills-'))
const bin = fileURLToPath(new URL('../../packages/cli/bin/hillock.js', import.meta.url))
const [whole, shared, data] = ['whole', 'shared', 'redis'].map((name) => join(folder, name))
mkdirSync(data, { recursive: true })

// any generator will do, so that a run can be told again by its seed
let state = Number(values.seed) >>> 0 || 1
const random = () => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

const config = join(folder, 'recipe.json')
const recipe = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 400, test: 50, validation: 0.2 },
  steps: 10,
  network: [{ dense: 24 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 12,
}
writeFileSync(config, JSON.stringify(recipe))
const given = [
  'sweep',
  '--config',
  config,
  '--sweep',
  'hidden=16,24,32,48',
  '--seeds',
  '0..5',
  '--backend',
  'reference',
]

const start = (args) => spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
const codeOf = async (child) => (await once(child, 'close'))[0]
const told = (text) => process.stdout.write(`${text}\n`)

const began = performance.now()
const undisturbed = start([...given, '--out', whole])
undisturbed.stdout.resume()
if ((await codeOf(undisturbed)) !== 0) throw new Error('the undisturbed sweep failed')
told(`undisturbed, one process: ${((performance.now() - began) / 1000).toFixed(0)} s`)

const socket = join(data, 'redis.sock')
const startRedis = async () => {
  const options = ['--port', '0', '--unixsocket', socket, '--dir', data, '--save', '', '--appendonly', 'yes']
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => {
    server.stdout.on('data', (text) => {
      if (/ready to accept connections/i.test(text)) resolve()
    })
  })
  return server
}
let redis = await startRedis()

/** The processes that a process has started. */
const childrenOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

const kills = Number(values.kills)
const counts = { workers: 0, children: 0, redis: 0, begun: 0, resumed: 0 }
const ends = new Map()
const disturbedFrom = performance.now()
const sweep = start([...given, '--out', shared, '--workers', `unix://${socket}`, '--json'])
let over = false
let output = ''
sweep.stdout.on('data', (text) => {
  output += text
})
const swept = codeOf(sweep).then((code) => {
  over = true
  return code
})
while (!readdirSync(folder).includes('shared') || !readdirSync(shared).includes('sweep.json')) await setTimeout(50)

const workers = [undefined, undefined]
async function keepAlive(at) {
  while (!over) {
    const worker = start(['worker', `unix://${socket}`, '--out', shared, '--lost-after', '2', '--json'])
    let text = ''
    worker.stdout.on('data', (chunk) => {
      text += chunk
    })
    workers[at] = worker
    await codeOf(worker)
    for (const line of text.split('\n').slice(0, -1)) {
      const { event, resumed, id, state: end } = JSON.parse(line)
      if (event === 'begin') counts[resumed ? 'resumed' : 'begun']++
      if (event === 'end' && end === 'done') ends.set(id, (ends.get(id) ?? 0) + 1)
    }
  }
}
const kept = workers.map((_, at) => keepAlive(at))

for (let killed = 0; killed < kills && !over; ) {
  await setTimeout(1000 + 4000 * random())
  const worker = workers[Math.floor(random() * workers.length)]
  const children = worker ? childrenOf(worker.pid) : []
  if (!worker || worker.exitCode !== null || children.length === 0) continue
  const child = random() < 0.5
  process.kill(child ? children[0] : worker.pid, 'SIGKILL')
  counts[child ? 'children' : 'workers']++
  killed++
  if (killed === Math.floor(kills / 2)) {
    redis.kill('SIGKILL')
    await once(redis, 'exit')
    await setTimeout(500)
    redis = await startRedis()
    counts.redis++
  }
}
const code = await swept
await Promise.all(kept)
redis.kill()

const ids = readdirSync(join(whole, 'runs')).sort()
const model = (out, id) => readFileSync(join(out, 'runs', id, 'model.safetensors'))
const equal = ids.filter((id) => model(whole, id).equals(model(shared, id))).length
const last = JSON.parse(output.trim().split('\n').at(-1))
told(`with kills: ${((performance.now() - disturbedFrom) / 1000).toFixed(0)} s, exit code ${code}`)
told(`killed with -9: ${counts.workers} workers, ${counts.children} children, Redis ${counts.redis} time`)
told(
  `processes that trained: ${counts.begun} from the start and ${counts.resumed} from a checkpoint, as far as workers lived to tell`,
)
told(
  `runs: ${last.runs}, done: ${last.done}, failed: ${last.failed}; models equal byte for byte: ${equal} of ${ids.length}`,
)
if (values.folder === undefined) rmSync(folder, { recursive: true })
process.exitCode = code === 0 && equal === 24 && ids.length === 24 ? 0 : 1
