import type { Part } from '../types'
import './price-card.scss'

export function PriceCard({ name, price }: Part) {
  const label = `${name}: ${price.toFixed(2)}`
  return (
    <article className="price-card">
      <h2>{label}</h2>
    </article>
  )
}
