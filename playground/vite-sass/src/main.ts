import './catalog'
import { priceCard } from './components/price-card'
import { stockCard } from './components/stock-card'
import './styles/page.scss'

const root = document.getElementById('app')!
const parts = ['accordion', 'button', 'tabs'].map((name, index) => ({ name, price: 5 + index, stock: index }))
const title = document.createElement('h1')
title.textContent = `${import.meta.env.VITE_SHOP_NAME}: ${parts.length} parts`
root.append(title, ...parts.flatMap((part) => [priceCard(part), stockCard(part)]))
