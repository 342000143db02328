#!/usr/bin/env node
import '../dist/streams/main.js'
