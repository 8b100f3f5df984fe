// 16 How far can the data be trusted?
// vi Có thể tin dữ liệu đến mức nào?
CALL () {
  OPTIONAL MATCH (complete:Run {status: 'complete'})
  WITH max(complete.at) AS mapped
  OPTIONAL MATCH (writing:Run {status: 'writing'})
  WITH mapped, count(writing) AS writing
  RETURN
    1 AS place,
    'results' AS about,
    CASE
      WHEN mapped IS NOT NULL THEN 'mapped at ' + toString(datetime.truncate('minute', mapped))
      WHEN writing > 0 THEN 'writing them was interrupted: map again'
      ELSE 'never mapped: map first'
    END AS what,
    null AS number
UNION ALL
  MATCH (complete:Run {status: 'complete'})
  MATCH (source:Source)
  WHERE source.loaded_at > complete.at
  RETURN 2 AS place, 'loaded after the map: map again' AS about, source.file AS what, source.kept AS number
UNION ALL
  MATCH (source:Source)
  RETURN 3 AS place, 'rows kept' AS about, source.file + ' as ' + source.table AS what, source.kept AS number
UNION ALL
  MATCH (fault:Fault)
  RETURN 4 AS place, 'rows or cells refused' AS about, fault.reason AS what, count(*) AS number
UNION ALL
  UNWIND [
    ['orders without a buyer', COUNT { (order:Conversion) WHERE NOT EXISTS { (order)<-[:MADE]-() } }],
    ['orders of no campaign', COUNT { (order:Conversion) WHERE NOT EXISTS { (order)-[:IN]->() } }],
    ['posts of no campaign', COUNT { (share:Share) WHERE NOT EXISTS { (share)-[:IN]->() } }],
    ['posts that are only referred to', COUNT { (share:Share) WHERE share.shared_at IS NULL }],
    ['creators without a follower count', COUNT { (creator:Creator) WHERE creator.followers IS NULL }],
    ['creators nobody is seen to follow', COUNT { (creator:Creator) WHERE NOT EXISTS { (creator)<-[:FOLLOWS]-() } }],
    ['follows without a date', COUNT { ()-[follows:FOLLOWS]->() WHERE follows.since IS NULL }]
  ] AS counted
  RETURN 5 AS place, 'gaps' AS about, counted[0] AS what, counted[1] AS number
UNION ALL
  MATCH (follower:Person)-[:SHARED]->(own:Share)-[:IN]->(campaign:Campaign)
  WITH follower, campaign, min(own.shared_at) AS at
  MATCH (follower)-[:FOLLOWS]->(followed:Person)-[:SHARED]->(share:Share)-[:IN]->(campaign)
  WITH at, followed, campaign, follower, min(share.shared_at) AS before
  WITH count(*) AS pairs, sum(CASE WHEN before < at THEN 1 ELSE 0 END) AS first
  WHERE pairs > 0
  RETURN
    6 AS place,
    'direction of follows' AS about,
    'percent in which the followed posted first: far under 50, the columns are swapped' AS what,
    toInteger(round(100.0 * first / pairs)) AS number
}
RETURN about, what, number
ORDER BY place, number DESC
