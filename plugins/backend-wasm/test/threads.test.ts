import { spawnSync } from 'node:child_process'
import type { Worker } from 'node:worker_threads'
import { wasm } from '@hillock/backend-wasm'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createCode } from '../src/assembler.ts'
import { createMachine } from '../src/machine.ts'

const started: Worker[] = []
const ended = (worker: Worker) => worker.threadId === -1

beforeEach(() => {
  started.length = 0
  const threads = process.getBuiltinModule('node:worker_threads')
  const { Worker } = threads
  jest.spyOn(threads, 'Worker').mockImplementation((...args) => {
    const worker = new Worker(...args)
    started.push(worker)
    return worker
  })
})
afterEach(() => void jest.restoreAllMocks())

test.each([0, -1, 1.5, Number.NaN])('%d threads are refused', async (threads) => {
  await expect(wasm({ threads })).rejects.toMatchObject({ code: 'HILLOCK_OPTION' })
})

test('dispose ends every thread', async () => {
  const backend = await wasm({ threads: 4 })
  expect(backend.threads).toBe(4)
  expect(started).toHaveLength(3)
  expect(started.some(ended)).toBe(false)
  await backend.dispose()
  expect(started.every(ended)).toBe(true)
})

describe('a thread that dies', () => {
  test.each(['before it is needed', 'at work'])('%s is an error, not a hang', async (when) => {
    const backend = await wasm({ threads: 2 })
    const [a, out] = [backend.alloc([2000, 400]), backend.alloc([400, 400])]
    backend.write(a, new Float32Array(800_000).fill(1))
    for (let i = 0; i < 20; i++) backend.matmul(a, a, out, { transposeA: true })
    if (when === 'before it is needed') await started[0]!.terminate()
    const reading = backend.read(out).then(([first]) => first)
    if (when === 'at work') await started[0]!.terminate()
    const broken = { code: 'HILLOCK_WORKER', message: expect.stringMatching(/ended with code 1/) }
    // At work, it may just have nothing in hand: the others have done all of it then.
    if (when === 'at work')
      expect([2000, expect.objectContaining(broken)]).toContainEqual(await reading.catch((e) => e))
    else await expect(reading).rejects.toMatchObject(broken)
    // and so is all that follows
    await expect(backend.read(a)).rejects.toMatchObject(broken)
    await backend.dispose()
  })

  test.each([1, 2])('a kernel that traps, on one of %d threads, is an error', async (threads) => {
    const machine = await createMachine(threads)
    const code = createCode()
    // Who gets the last unit reads beyond the end of memory.
    code.get(2).i32(2).do('i32.eq', 'if').i32(-8).load('i32').set(0).do('end')
    machine.enqueue(machine.add(code, 'test'), 2, [], { writes: [] })
    await expect(machine.flush()).rejects.toMatchObject({ code: 'HILLOCK_WORKER' })
    expect(() => machine.enqueue(0, 1, [], { writes: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_WORKER' }))
    await machine.dispose()
    expect(started.every(ended)).toBe(true)
  })
})

test('a process ends by itself, with work done and threads that were not disposed of', () => {
  const script = `
    import { wasm } from '@hillock/backend-wasm'
    const backend = await wasm({ threads: 2 })
    const [a, out] = [backend.alloc([64, 64]), backend.alloc([])]
    backend.write(a, new Float32Array(4096).fill(1))
    backend.sum(a, out)
    console.log([backend.threads, ...(await backend.read(out))].join())`
  const cwd = new URL('..', import.meta.url)
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
  })
  expect({ status, signal, stdout, stderr }).toEqual({ status: 0, signal: null, stdout: '2,4096\n', stderr: '' })
})
