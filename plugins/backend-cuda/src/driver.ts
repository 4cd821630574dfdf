/** A compiled kernel, as the driver names it. */
export type CudaFunction = object

/** Launches that the driver has recorded. */
export type CudaGraph = object

/** Launches that are queued again and again in one call each time. */
export interface Graphs {
  /** Records the launches of `launch`, and queues none. */
  record(launch: () => void): CudaGraph
  replay(graph: CudaGraph): void
  forget(graph: CudaGraph): void
}

/** What a device asks of the CUDA driver, for one GPU. Addresses are numbers: those of GPUs have at most 49 bits. */
export interface Driver {
  /** The name of the GPU, and the version of CUDA that the driver knows. */
  readonly description: string
  /** Throws HILLOCK_OUT_OF_MEMORY if it does not fit. */
  alloc(bytes: number): number
  /** Queues a copy to the GPU; the values may be written to again after the call. */
  write(address: number, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void
  /** Queues a copy from the GPU, and waits for it. */
  read(address: number, bytes: number): Promise<ArrayBuffer>
  /** Throws HILLOCK_DEVICE if the driver refuses the text. */
  load(ptx: string, name: string): CudaFunction
  /** Queues a launch of `groups` times `threads` threads, whose one parameter is an address. */
  launch(kernel: CudaFunction, groups: number, threads: number, args: number): void
  /** Absent where the driver is older than CUDA 11.4. */
  readonly graphs?: Graphs
  /** Frees all that was allocated and loaded. Does not throw, even if the GPU is gone. */
  dispose(): void
}
