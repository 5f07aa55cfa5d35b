import { mount } from 'svelte'
import App from './App.svelte'
import './carbon'
import './styles/page.scss'

mount(App, { target: document.getElementById('app')! })
