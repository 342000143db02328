const probe = "process.on('exit',()=>process._rawDebug('peak-memory='+process.resourceUsage().maxRSS))"

/** Settings of a process that lets it say at its end how much memory it had at most. */
export const tellingPeakMemory = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(probe)}` }

/** What it said, in MiB. @param told what it wrote to standard error */
export function peakMemoryOf(told: string): number {
  const kibibytes = [...told.matchAll(/peak-memory=(\d+)/g)].map((match) => Number(match[1]))
  if (kibibytes.length === 0) throw new Error(`the process did not say how much memory it had:\n${told}`)
  return Math.max(...kibibytes) / 1024
}
