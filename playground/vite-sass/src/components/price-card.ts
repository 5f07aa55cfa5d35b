import type { Part } from '../types'
import './price-card.scss'

export function priceCard({ name, price }: Part): HTMLElement {
  const card = document.createElement('article')
  card.className = 'price-card'
  card.textContent = `${name}: ${price.toFixed(2)}`
  return card
}
