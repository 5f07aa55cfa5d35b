import type { Part } from '../types'
import './stock-card.scss'

export function StockCard({ name, stock }: Part) {
  return (
    <article className="stock-card">
      <p>{stock ? `${stock} of ${name} in stock` : `${name} is sold out`}</p>
    </article>
  )
}
