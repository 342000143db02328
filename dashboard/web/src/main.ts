import './style.css'
import { mount } from 'svelte'
import App from './App.svelte'

const target = document.querySelector('#board')
if (target === null) throw new Error('the page has no #board')
mount(App, { target })
