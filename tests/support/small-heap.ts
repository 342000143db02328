/** Most that the objects of a process may hold in the runs that must not keep what they read, MiB. */
const mebibytes = 64

/**
 * Settings of a process that ends when what it keeps does not fit. What is resident says little instead: it counts
 * pages of mapped files, and garbage that is not collected as long as the machine has room.
 */
export const smallHeap = { NODE_OPTIONS: `--max-old-space-size=${mebibytes}` }
