export type PointwiseOp =
  | (
      | 'add'
      | 'sub'
      | 'mul'
      | 'div'
      | 'neg'
      | 'lt'
      | 'le'
      | 'eq'
      | 'ne'
      | 'where'
      | 'min'
      | 'max'
      | 'abs'
      | 'floor'
      | 'detach'
    )
  | ('sqrt' | 'exp' | 'log' | 'tanh' | 'sigmoid' | 'sin' | 'cos' | 'pow' | 'exp2' | 'exponent' | 'significand')

/** Products with a matrix, which they name. */
export type ProductOp = 'product' | 'productTransposed'

export type LayerOp = 'winners' | 'total' | ProductOp

export type LeafOp =
  | 'constant'
  | 'param'
  | 'input'
  | 'state'
  | 'setup'
  | 'timeVarying'
  | 'adjoint'
  | 'uniform'
  | 'drawn'
  | 'row'
export type Op = PointwiseOp | LayerOp | LeafOp | 'heaviside'

/** One operation of a program in static single assignment: its arguments are earlier nodes. */
export interface Node {
  /** The operation. */
  readonly op: Op
  /** Indices of the nodes that it takes; all come before it. */
  readonly args: readonly number[]
  /** Of a leaf: which parameter, input, state, setup value or adjoint; of `uniform`: its place in the text; of `drawn` and `row`: its number. Of a product: its matrix. */
  readonly name?: string
  /** Of a constant: its value; of `heaviside`: its value at 0. */
  readonly value?: number
}

/** Straight-line pointwise mathematics: nodes in order, and which of them are the results. */
export interface Program {
  /** The operations, each after those that it takes. */
  readonly nodes: readonly Node[]
  /** Indices of the nodes that come out, by name. */
  readonly outputs: Readonly<Record<string, number>>
}

/** A program under construction; `emit` simplifies by default. */
export interface Graph {
  readonly nodes: Node[]
  constant(value: number): number
  leaf(op: LeafOp, name: string): number
  emit(op: Exclude<Op, LeafOp | ProductOp>, ...args: number[]): number
  product(op: ProductOp, x: number, matrix: string): number
  heaviside(x: number, atZero: number): number
  /** The value of a constant node, or undefined. */
  known(node: number): number | undefined
}
