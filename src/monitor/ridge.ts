/**
 * Ridge regression without intercept for a handful of covariates, made robust by reweighting.
 *
 * Callers centre their data and choose units so that one prior standard deviation fits all coefficients: the penalty is then the
 * ratio of noise variance to prior variance. With little or collinear data coefficients go to 0, never to infinity.
 */
import { madScale } from './stats.ts'

/** Huber's constant: 95 % efficient under normal noise. */
const HUBER = 1.345
const REWEIGHTINGS = 4

export interface Observation {
  readonly x: readonly number[]
  readonly y: number
}

/** One coefficient per covariate. @param penalty Added to every diagonal element; must be above 0. */
export function robustRidge(data: readonly Observation[], size: number, penalty: number): readonly number[] {
  let weights = data.map(() => 1)
  let coefficients: readonly number[] = new Array<number>(size).fill(0)
  for (let round = 0; round < REWEIGHTINGS; round++) {
    coefficients = solveWeighted(data, weights, size, penalty)
    const residuals = data.map((item) => item.y - dot(coefficients, item.x))
    const limit = HUBER * madScale(residuals, 0)
    // More than half of the residuals are 0: there is nothing left to explain.
    if (limit === 0) return coefficients
    weights = residuals.map((residual) => Math.min(1, limit / Math.abs(residual)))
  }
  return coefficients
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

/** Plain loops: this is the innermost work of learning a baseline. */
function solveWeighted(data: readonly Observation[], weights: readonly number[], size: number, penalty: number): number[] {
  const rows = Array.from({ length: size }, (_, i) => Array.from({ length: size + 1 }, (_, j) => (i === j ? penalty : 0)))
  for (const [index, { x, y }] of data.entries()) {
    const weight = weights[index] ?? 0
    for (let i = 0; i < size; i++) addScaled(rows[i] ?? [], x, y, weight * (x[i] ?? 0))
  }
  return eliminate(rows)
}

/** The right-hand side is the last element. */
function addScaled(row: number[], x: readonly number[], y: number, scale: number): void {
  const size = row.length - 1
  for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + scale * (x[j] ?? 0)
  row[size] = (row[size] ?? 0) + scale * y
}

/** Gauss–Jordan without pivoting: the matrix is symmetric positive definite because the penalty is. */
function eliminate(rows: number[][]): number[] {
  const size = rows.length
  rows.forEach((pivotRow, p) => {
    const pivot = pivotRow[p] ?? 1
    rows.forEach((row, i) => {
      if (i === p) return
      const factor = (row[p] ?? 0) / pivot
      if (factor === 0) return
      for (let j = p; j <= size; j++) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0)
    })
  })
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1))
}
