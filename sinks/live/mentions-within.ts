/** Condition on `pulso.mentions AS m`: changes of the mentions of the region within the range; sums of `sign` are right whatever was edited or deleted. */
export const mentionsWithin = `
  m.createdAt >= fromUnixTimestamp64Milli({from:Int64}) AND m.createdAt < fromUnixTimestamp64Milli({until:Int64})
  AND ({region:String} = '*' OR m.region = {region:String})`
